using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Outages;

/// <summary>
/// One outage to be played against several strategies: who is there, what happens when, and how the app takes it. Apps and steps are
/// those of the scenario files. Times are milliseconds of the trace's own clock.
/// </summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="About">What happens, in a sentence.</param>
/// <param name="Apps">The apps and how many sessions each has.</param>
/// <param name="Steps">What happens.</param>
/// <param name="OutageMs">When the outage begins; what was before does not count.</param>
/// <param name="UpMs">When the app is up for good, or can be reached again; null for never.</param>
/// <param name="UntilMs">When to stop and look.</param>
sealed record OutageTrace(
    string Name, string About, IReadOnlyList<AppModel> Apps, IReadOnlyList<StepModel> Steps, double OutageMs, double? UpMs, double UntilMs)
{
    /// <summary>Seeds every latency of every session.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>An answer to a webhook takes this long.</summary>
    public double WebhookMs { get; init; } = 300;

    /// <summary>The platform sees lost sockets close within this time.</summary>
    public double LossMs { get; init; } = 1_000;

    /// <summary>After an accepted webhook the app attaches after a time in this range.</summary>
    public double[] AttachMs { get; init; } = [400, 1_200];

    /// <summary>After a lost socket a live process tries to reconnect after a time in this range.</summary>
    public double[] ReconnectMs { get; init; } = [200, 4_000];

    /// <summary>The same for its slow sessions.</summary>
    public double[] SlowReconnectMs { get; init; } = [5_500, 7_000];

    /// <summary>An attach that could not be made is made again after a time in this range.</summary>
    public double[] RetryMs { get; init; } = [500, 2_000];

    /// <summary>How many of the sessions are slow, from 0 to 1.</summary>
    public double SlowShare { get; init; }

    /// <summary>For its first minute a process answers 503 while it gets more webhooks per second than this; null for no limit.</summary>
    public int? WarmingWebhooksPerSecond { get; init; }

    /// <summary>All sessions.</summary>
    public int Sessions => Apps.Sum(app => app.Sessions);
}
