using System.Collections.Immutable;

namespace Lifecycle.Functions;

/// <summary>How an app fares, as the API shows it.</summary>
sealed record AppHealthView(
    string PackageName,
    BreakerView Breaker,
    IncidentView? Incident,
    IncidentView? LastIncident,
    WaitingView Waiting,
    DateTimeOffset? AnsweredAt,
    DateTimeOffset? HoldUntil,
    ImmutableArray<AttemptNote> LastOutcomes,
    GateTally Tally)
{
    /// <summary>What its health URL says; null while nobody asks it.</summary>
    public HealthView? Health { get; init; }

    /// <summary>Who is connected, of an app whose webhooks are relayed; null for any other.</summary>
    public RelayView? Relay { get; init; }

    public static AppHealthView Of(string packageName, AppGate gate, Policy policy)
    {
        var incident = gate.Incident is { } known ? IncidentView.Of(known) : null;
        return new(
            packageName,
            BreakerView.Of(gate.Breaker, gate.ProbeFrom),
            gate.Incident is { IsOpen: true } ? incident : null,
            gate.Incident is { IsOpen: false } ? incident : null,
            new(gate.Line.Foreground, gate.Line.Background, gate.Line.AdmittedFrom, Math.Round(AppRules.PaceOf(gate, policy), 1)),
            gate.AnsweredAt,
            gate.HoldUntil,
            gate.Outcomes,
            gate.Tally)
        {
            Health = HealthView.Of(gate.Health),
        };
    }
}

/// <summary>The health URL of an app that is away: since when it is asked, how often it was, what it answered last, when it last answered 2xx, and how often that let a probe go.</summary>
sealed record HealthView(DateTimeOffset Since, int Asked, string? LastOutcome, DateTimeOffset? LastAt, DateTimeOffset? UpAt, int Prompts)
{
    public static HealthView? Of(HealthWatch? watch) => watch is null ? null : new(watch.BeganAt, watch.Asked, watch.Last, watch.LastAt, watch.UpAt, watch.Prompts);
}

/// <summary>The processes that hold relay connections open, those of them that are about to leave, and those that did not answer the last webhook.</summary>
sealed record RelayView(int Processes, int Leaving, int Silent)
{
    public static RelayView Of(RelayRoster roster, DateTimeOffset now)
    {
        var listed = roster.Processes.Where(process => process.IsListed(now)).ToList();
        return new(listed.Count, listed.Count(process => process.IsLeaving), listed.Count(process => process.IsSilent));
    }
}

/// <summary>The breaker: <c>CLOSED</c>, <c>OPEN</c>, or <c>HALF_OPEN</c> while a probe is in flight.</summary>
sealed record BreakerView(string State, int FailuresInRow, DateTimeOffset? NextProbeAt)
{
    public static BreakerView Of(Breaker breaker, DateTimeOffset? probeFrom) => new(
        GateSight.NameOf(breaker), breaker.FailuresInRow, probeFrom);
}

/// <summary>The last waiting line: places given out, and since when they are admitted at the pace.</summary>
sealed record WaitingView(int Foreground, int Background, DateTimeOffset? AdmittedFrom, double PacePerSecond);

/// <summary>An incident.</summary>
sealed record IncidentView(
    string Id,
    IncidentCause Cause,
    DateTimeOffset BeganAt,
    DateTimeOffset OpenedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? OwnerToldAt,
    int Evicted,
    string? EvictedFor,
    int Probes,
    string? LastOutcome)
{
    public static IncidentView Of(Incident i) => new(
        i.Id, i.Cause, i.BeganAt, i.OpenedAt, i.EndedAt, i.OwnerToldAt, i.Evicted, i.EvictedFor, i.Probes, i.LastOutcome);
}
