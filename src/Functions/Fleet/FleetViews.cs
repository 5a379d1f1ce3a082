namespace Lifecycle.Functions.Fleet;

/// <summary>The whole fleet, as of the last sweep.</summary>
/// <param name="At">When that sweep began; absent when there was none.</param>
/// <param name="Total">How many app sessions there are.</param>
/// <param name="ByState">By state; states without any are left out.</param>
/// <param name="ByApp">The apps with the most sessions, at most a hundred, the largest first.</param>
/// <param name="OtherApps">All other apps with sessions; absent when all are named.</param>
/// <param name="History">The sweeps of the last hour, the oldest first.</param>
/// <param name="Rates">What happened lately; absent before the second sweep.</param>
/// <param name="Incidents">The open incidents, the newest first, at most twelve.</param>
/// <param name="MoreIncidents">How many more are open.</param>
/// <param name="Platform">How Lifecycle itself and what it stands on fare.</param>
sealed record FleetView(
    DateTimeOffset? At,
    int Total,
    IReadOnlyDictionary<string, int> ByState,
    IReadOnlyList<AppCountView> ByApp,
    OtherAppsView? OtherApps,
    IReadOnlyList<FleetPointView> History,
    FleetRatesView? Rates,
    IReadOnlyList<FleetIncidentView> Incidents,
    int MoreIncidents,
    PlatformView Platform)
{
    public static FleetView Of(FleetState fleet, PlatformView platform)
    {
        var sweep = fleet.Last ?? new FleetSample();
        return new(
            fleet.Last?.At,
            sweep.States.Total,
            sweep.States.ByName(),
            [.. sweep.Apps.Select(app => new AppCountView(app.PackageName, app.States.ByName(), app.States.Total))],
            sweep.OtherApps == 0 ? null : new OtherAppsView(sweep.OtherApps, sweep.Others.ByName(), sweep.Others.Total),
            [.. fleet.Points.Select(FleetPointView.Of)],
            fleet.Lately() is { } lately ? FleetRatesView.Of(lately) : null,
            [.. fleet.Incidents.Select(FleetIncidentView.Of)],
            fleet.MoreIncidents,
            platform);
    }
}

/// <summary>The sessions of one app.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="ByState">Its sessions by state.</param>
/// <param name="Total">How many it has.</param>
sealed record AppCountView(string PackageName, IReadOnlyDictionary<string, int> ByState, int Total);

/// <summary>The sessions of all other apps.</summary>
/// <param name="Apps">How many apps.</param>
/// <param name="ByState">Their sessions by state.</param>
/// <param name="Total">How many they have.</param>
sealed record OtherAppsView(int Apps, IReadOnlyDictionary<string, int> ByState, int Total);

/// <summary>One sweep of the last hour.</summary>
/// <param name="At">When it began.</param>
/// <param name="ByState">App sessions by state.</param>
/// <param name="Graces">Grace windows that began since the sweep before.</param>
/// <param name="Reconnects">Attaches within a grace window that kept the state.</param>
/// <param name="Resurrections">Resurrections that ended after a webhook or by giving up.</param>
/// <param name="FalseResurrections">Resurrections found to be false.</param>
sealed record FleetPointView(DateTimeOffset At, IReadOnlyDictionary<string, int> ByState, int Graces, int Reconnects, int Resurrections, int FalseResurrections)
{
    public static FleetPointView Of(FleetPoint point) =>
        new(point.At, point.States.ByName(), point.Flow.Graces, point.Flow.Reconnects, point.Flow.Resurrections, point.Flow.False);
}

/// <summary>What happened in the last 15 to 20 minutes.</summary>
/// <param name="WindowMs">How long that is.</param>
/// <param name="Graces">Grace windows that began.</param>
/// <param name="ReconnectSuccess">The share of them within which the app came back; absent when none began.</param>
/// <param name="ReconnectLatencyMs">How long apps were away that came back with their state; absent when none did.</param>
/// <param name="Resurrections">The share of grace windows that led to a resurrection; 0 when none began.</param>
/// <param name="FalseResurrections">The share of resurrections after whose webhook an app attached that were false.</param>
sealed record FleetRatesView(long WindowMs, int Graces, double? ReconnectSuccess, LatencyView? ReconnectLatencyMs, double Resurrections, double FalseResurrections)
{
    const int Digits = 4;

    public static FleetRatesView Of(FleetStretch lately)
    {
        var flow = lately.Flow;
        return new(
            (long)(lately.Until - lately.After).TotalMilliseconds,
            flow.Graces,
            Share(flow.Reconnects, flow.Graces),
            LatencyView.Of(lately.Latencies),
            Share(flow.Resurrections, flow.Graces) ?? 0,
            Share(flow.False, flow.Woken) ?? 0);
    }

    // What ends in the window can have begun before it.
    static double? Share(int some, int all) => all == 0 ? null : Math.Round(Math.Min(1, (double)some / all), Digits);
}

/// <summary>The middle and the tail of some times, in milliseconds, right within 12 %.</summary>
/// <param name="P50">Half of them are not longer.</param>
/// <param name="P95">Nor are 95 %.</param>
sealed record LatencyView(int P50, int P95)
{
    public static LatencyView? Of(Latencies latencies) => latencies.At(0.5) is { } half && latencies.At(0.95) is { } most ? new(half, most) : null;
}

/// <summary>An open incident, as an app's health shows it.</summary>
sealed record FleetIncidentView(
    string PackageName,
    string Id,
    IncidentCause Cause,
    DateTimeOffset BeganAt,
    DateTimeOffset OpenedAt,
    DateTimeOffset? OwnerToldAt,
    int Evicted,
    string? EvictedFor,
    int Probes,
    string? LastOutcome)
{
    public static FleetIncidentView Of(FleetIncident one) => new(
        one.PackageName,
        one.Incident.Id,
        one.Incident.Cause,
        one.Incident.BeganAt,
        one.Incident.OpenedAt,
        one.Incident.OwnerToldAt,
        one.Incident.Evicted,
        one.Incident.EvictedFor,
        one.Incident.Probes,
        one.Incident.LastOutcome);
}
