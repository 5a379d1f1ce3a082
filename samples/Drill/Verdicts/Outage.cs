using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;

namespace Lifecycle.Samples.Drill.Verdicts;

/// <summary>An app server that is away: handled once for the app, not once for each of its sessions, and ended by its first answer.</summary>
/// <param name="line">Where the checks go.</param>
/// <param name="app">The package.</param>
/// <param name="before">Its sessions before the fault.</param>
/// <param name="fault">When the fault was.</param>
/// <param name="time">The clock.</param>
sealed class Outage(ReportLine line, AppSessions app, IReadOnlyList<SessionStatus> before, DateTimeOffset fault, TimeProvider time)
{
    // The probes of the default policy: a share of the time away, but not closer than this.
    const double ProbeShare = 0.15;

    static readonly TimeSpan leastSpacing = TimeSpan.FromSeconds(5);
    static readonly TimeSpan limit = TimeSpan.FromSeconds(30);

    // What can be in flight when the breaker opens at the fifth failure in a row, and the first flight.
    const int MostBeforeOpen = 8;

    IncidentFacts? incident;

    Checks Checks => line.Checks;

    string Package => app.App.Package;

    /// <summary>How many webhooks an app may get that is away for so long, when its probes are at least a second apart.</summary>
    public static int MostWebhooks(TimeSpan away) => MostBeforeOpen + (int)Math.Ceiling(away.TotalSeconds);

    /// <summary>Waits until the app is known to be away and was looked for in vain.</summary>
    public async Task AwaitProbesAsync(int probes, SceneRow row, CancellationToken cancellation) =>
        await Until.HoldsAsync($"an open breaker of {Package} and {probes} probes", limit + app.Allowance.ForWaits, time, async () =>
        {
            await app.ReadAsync(row, cancellation);
            var health = await app.FindHealthAsync(cancellation);
            return health is { Breaker.IsClosed: false, Incident: { } open } && open.Probes >= probes ? null : Describe(health);
        }, cancellation);

    /// <summary>
    /// Waits until the app's next probe is about half of the least spacing away, the start of a process included: an app that comes up
    /// then is found in the median time, and by no luck. Does not wait when the breaker is closed: there is no schedule.
    /// </summary>
    public async Task AwaitMiddleAsync(CancellationToken cancellation) =>
        await Until.HoldsAsync($"the middle between two probes of {Package}", limit, time, async () =>
        {
            if (await app.FindHealthAsync(cancellation) is not { } health) return "no answer";
            var left = health.Breaker.NextProbeAt - time.GetUtcNow();
            return left is null || (left > leastSpacing * 0.5 && left < leastSpacing * 0.7) ? null : $"{health.Breaker}";
        }, cancellation);

    /// <summary>While it is away: few webhooks, one incident, and a known time for the next probe.</summary>
    /// <param name="mostWebhooks">How many may have been sent since the fault.</param>
    /// <param name="mustBeOpen">Whether there were surely enough failures to open the breaker.</param>
    /// <param name="now">Its sessions now.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task JudgeAwayAsync(int mostWebhooks, bool mustBeOpen, IReadOnlyList<SessionStatus> now, CancellationToken cancellation)
    {
        var sent = now.Sum(status => status.Tally.Webhooks) - before.Sum(status => status.Tally.Webhooks);
        line.AddWhileAway(sent);
        Checks.AtLeast($"{Package}: webhooks sent while it is away", 1, sent);
        Checks.AtMost($"{Package}: webhooks sent while it is away", mostWebhooks, sent);
        Checks.Every($"{Package}: sessions that are not RUNNING while it is away", now, status => !status.IsRunning, status => $"{status.SessionId}: {status.State}");
        var health = await HealthAsync(cancellation);
        incident = health.Incident;
        if (!mustBeOpen && health.Breaker.IsClosed) return;
        Checks.That($"{Package}: breaker while it is away", !health.Breaker.IsClosed, "OPEN or HALF_OPEN", $"{health.Breaker}");
        var (asked, spacing) = (time.GetUtcNow(), (time.GetUtcNow() - fault) * ProbeShare);
        var latest = asked + (spacing > leastSpacing ? spacing : leastSpacing);
        Checks.That($"{Package}: next probe", health.Breaker.NextProbeAt > fault && health.Breaker.NextProbeAt <= latest,
            $"at {latest:HH:mm:ss.fff} at the latest", $"{health.Breaker}");
        Checks.That($"{Package}: its incident", incident is { Cause: "unreachable" } && incident.BeganAt >= fault,
            $"open, unreachable since the loss at {fault:HH:mm:ss.fff} or later", $"{incident}");
    }

    /// <summary>When its sessions are back: the breaker is closed and that same incident is over, without anybody having been told.</summary>
    public async Task JudgeOverAsync(DateTimeOffset appUp, CancellationToken cancellation)
    {
        var health = await HealthAsync(cancellation);
        Checks.That($"{Package}: breaker in the end", health.Breaker.IsClosed, "CLOSED", $"{health.Breaker}");
        Checks.That($"{Package}: open incident in the end", health.Incident is null, "none", $"{health.Incident}");
        Checks.Equal($"{Package}: sessions given up", 0, health.Tally.Evicted);
        if (incident is null) return;
        Checks.That($"{Package}: its one incident ended by the app's answer", health.LastIncident is { } last && last.Id == incident.Id && last.EndedAt >= appUp,
            $"{incident.Id}, ended after {appUp:HH:mm:ss.fff}", $"{health.LastIncident}");
        Checks.That($"{Package}: owner told", health.LastIncident?.OwnerToldAt is null, "no", $"at {health.LastIncident?.OwnerToldAt:HH:mm:ss.fff}");
    }

    async Task<AppHealth> HealthAsync(CancellationToken cancellation)
    {
        AppHealth? health = null;
        await Until.HoldsAsync($"the health of {Package}", limit, time, async () =>
            (health = await app.FindHealthAsync(cancellation)) is null ? "no answer" : null, cancellation);
        return health!;
    }

    static string Describe(AppHealth? health) => health is null ? "no answer" : $"{health.Breaker}, incident: {health.Incident?.ToString() ?? "none"}";
}
