namespace Lifecycle.Simulator.Searching;

/// <summary>What is searched: how the app is treated, where it begins, and how much may go wrong on one way through it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Policy">How the app is treated. Times are few and alike, for each that is of its own makes states of its own, and nothing is left to chance.</param>
sealed record SearchSetting(string Name, Policy Policy)
{
    /// <summary>Whether both sessions run when it begins; otherwise both are being started.</summary>
    public bool Runs { get; init; }

    /// <summary>Whether there are messages, hand-overs and goodbyes.</summary>
    public bool Talks { get; init; }

    /// <summary>How many connections a session can have had.</summary>
    public int Connections { get; init; } = 3;

    /// <summary>How often something of ours fails: an event or message is lost or doubled, the host dies between effect and save, everything comes late, a look fails.</summary>
    public int Faults { get; init; } = 1;

    /// <summary>How often app, network or platform make trouble: a socket drops, a process dies, a webhook fails, a start, a stop, a user who goes away.</summary>
    public int Troubles { get; init; } = 2;

    /// <summary>Short times that are multiples of five seconds, no jitter, a breaker that opens at the second failure, one attempt at a time to an app that is not known to be there.</summary>
    public static Policy Brisk { get; } = Policy.Default with
    {
        ReconnectGraceMs = 5_000,
        HorizonMs = 20_000,
        BackoffBaseMs = 5_000,
        BackoffCapMs = 5_000,
        InitialSpreadMs = 0,
        ConnectTimeoutMs = 5_000,
        RetentionMs = 10_000,
        StopTimeoutMs = 5_000,
        PaceCeiling = 0,
        BreakerFailures = 2,
        BreakerWindowMs = 50_000,
        ProbeFloorMs = 5_000,
        ProbePercent = 1,
        ProbeCapMs = 10_000,
        FirstFlight = 1,
        AliveLimitMs = 20_000,
        HandOverMs = 10_000,
        StableMs = 5_000,
        CrashLoopBaseMs = 5_000,
        CrashLoopCapMs = 5_000,
    };

    /// <summary>All that the command searches, one after the other.</summary>
    public static IReadOnlyList<SearchSetting> All { get; } =
    [
        new("starting", Brisk),
        new("running", Brisk) { Runs = true },
        new("talking", Brisk) { Runs = true, Talks = true },
        new("no-resurrection", Brisk with { Resurrect = false }) { Runs = true },
        new("unsolicited", Brisk with { AllowUnsolicited = true }) { Runs = true },
        new("no-evidence", Brisk with { AliveLimitMs = 0 }) { Runs = true },
    ];

    /// <summary>The one with a name; all of them for none.</summary>
    /// <exception cref="FormatException">None has it.</exception>
    public static IReadOnlyList<SearchSetting> Named(string? name) =>
        name is null ? All : All.FirstOrDefault(setting => setting.Name == name) is { } its ? [its] : throw new FormatException($"'{name}' is no setting: {string.Join(", ", All.Select(setting => setting.Name))}.");
}
