using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Outages;

/// <summary>The outages that are played. Two are scenario files; they run on here, until the last session is back or given up.</summary>
static class Traces
{
    const double Minute = 60_000;
    const double Hour = 60 * Minute;

    /// <summary>All of them.</summary>
    /// <param name="quick">Whether a tenth of the sessions and a quarter of the day do.</param>
    public static IReadOnlyList<OutageTrace> All(bool quick = false) =>
    [
        NodeRotation, TwoMinuteOutage(quick), Blip(quick), SocketDrop(quick), CloudOutage(quick), PlatformAway(quick), Flapping(quick), SlowRecovery(quick),
        DeadEndpoint(quick),
    ];

    /// <summary>Seven apps with 1 to 12 sessions each; their ingress answers 503 for 25 s.</summary>
    public static OutageTrace NodeRotation { get; } = FromFile(
        "node-rotation", "7 apps with 1 to 12 sessions, 503 for 25 s, then up; asked, or nobody attaches", null, 100_000, 125_000);

    /// <summary>1,000 sessions of one app; away for two minutes.</summary>
    public static OutageTrace TwoMinuteOutage(bool quick = false) => FromFile(
        "two-minute-outage", "the same with 1,000 sessions of one app and 120 s", quick ? 100 : null, 200_000, 320_000);

    static OutageTrace Blip(bool quick) => OneApp(
        "ten-second-blip",
        "1,000 sessions; the process lives, its sockets drop and none can be opened for 10 s",
        quick ? 100 : 1_000,
        [Step(2 * Minute, StepKind.DropSockets), Step(2 * Minute, StepKind.EndpointsDown, 10_000)],
        upMs: (2 * Minute) + 10_000);

    static OutageTrace SocketDrop(bool quick) => OneApp(
        "socket-drop",
        "1,000 sessions; all sockets drop and the process lives; its SDK is back after 0.2 to 4 s. In every fourth session the network lets no socket through for 5.5 to 7 s, "
            + "while the SDK tries when it always does: within 0.3 s, once more before the grace window ends, and each connect hangs",
        quick ? 100 : 1_000,
        [Step(2 * Minute, StepKind.DropSockets)],
        upMs: 2 * Minute) with
    { SlowShare = 0.25 };

    static OutageTrace CloudOutage(bool quick) => CloudOutage(quick ? 100 : 1_000, 2 * Minute);

    /// <summary>Ten apps that live, and a SignalR service that takes no client.</summary>
    /// <param name="sessions">In all.</param>
    /// <param name="lastsMs">For how long it takes none.</param>
    public static OutageTrace CloudOutage(int sessions, double lastsMs) => new(
        "cloud-outage",
        "1,000 sessions of ten apps; all processes live, their sockets drop and none can be opened for two minutes",
        [.. Enumerable.Range(1, 10).Select(n => new AppModel { Package = $"com.example.app{n}", Sessions = sessions / 10 })],
        [Step(0, StepKind.Start, Minute), Step(2 * Minute, StepKind.EndpointsDown, lastsMs), Step(2 * Minute, StepKind.DropSockets)],
        OutageMs: 2 * Minute,
        UpMs: (2 * Minute) + lastsMs,
        UntilMs: (2 * Minute) + lastsMs + (15 * Minute));

    static OutageTrace PlatformAway(bool quick) => OneApp(
        "platform-away",
        "1,000 sessions; all sockets drop, and a second later the host of whatever decides is killed and is back after 20 s; the app's process lives",
        quick ? 100 : 1_000,
        [Step(2 * Minute, StepKind.DropSockets), Step((2 * Minute) + 1_000, StepKind.KillHost, 20_000)],
        upMs: (2 * Minute) + 21_000);

    static OutageTrace Flapping(bool quick) => OneApp(
        "flapping-app",
        "200 sessions; four times down for 40 s and up for 20 s, then up",
        quick ? 20 : 200,
        [.. Enumerable.Range(0, 4).SelectMany(n => Down(2 * Minute + (n * Minute), 40_000))],
        upMs: (2 * Minute) + (3 * Minute) + 40_000);

    static OutageTrace SlowRecovery(bool quick) => OneApp(
        "slow-recovery",
        "1,000 sessions; down for 4 s, then for a minute 503 while it gets more than 30 webhooks per second",
        quick ? 100 : 1_000,
        [.. Down(2 * Minute, 4_000)],
        upMs: (2 * Minute) + 4_000) with
    { WarmingWebhooksPerSecond = 30 };

    static OutageTrace DeadEndpoint(bool quick) => new(
        "dead-endpoint",
        "13 sessions, started again every hour for 24 h; nobody listens",
        [new AppModel { Package = "com.example.gone", Sessions = 13 }],
        [
            new StepModel { AtMs = 0, Do = StepKind.KillApp },
            new StepModel { AtMs = 1_000, Do = StepKind.Start, Ms = 2_000, EveryMs = Hour, LastMs = (quick ? 6 : 24) * Hour - 1 },
        ],
        OutageMs: 0,
        UpMs: null,
        UntilMs: (quick ? 6 : 24) * Hour);

    static OutageTrace OneApp(string name, string about, int sessions, IEnumerable<StepModel> steps, double upMs) => new(
        name,
        about,
        [new AppModel { Package = "com.example.notes", Sessions = sessions }],
        [Step(0, StepKind.Start, Minute), .. steps],
        OutageMs: 2 * Minute,
        upMs,
        UntilMs: upMs + (15 * Minute));

    static OutageTrace FromFile(string name, string about, int? sessions, double outageMs, double upMs)
    {
        var scenario = Scenario.Load(ScenarioRunner.Files.Single(file => Path.GetFileNameWithoutExtension(file) == name));
        var apps = scenario.Apps.Select(app => sessions is { } some ? app with { Sessions = some, ForegroundSessions = some / 10 } : app);
        return new(name, about, [.. apps], scenario.Steps, outageMs, upMs, upMs + (15 * Minute)) { Seed = scenario.Seed };
    }

    static IEnumerable<StepModel> Down(double atMs, double forMs) =>
        [new StepModel { AtMs = atMs, Do = StepKind.KillApp, Status = 503 }, Step(atMs + forMs, StepKind.BootApp)];

    static StepModel Step(double atMs, StepKind what, double ms = 0) => new() { AtMs = atMs, Do = what, Ms = ms };
}
