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
    public static AppHealthView Of(string packageName, AppGate gate, Policy policy)
    {
        var incident = gate.Incident is { } known ? IncidentView.Of(known) : null;
        return new(
            packageName,
            BreakerView.Of(gate.Breaker, gate.ProbeFrom),
            gate.Incident is { IsOpen: true } ? incident : null,
            gate.Incident is { IsOpen: false } ? incident : null,
            new(gate.Line.Foreground, gate.Line.Background, gate.Line.AdmittedFrom, policy.PacePerSecond),
            gate.AnsweredAt,
            gate.HoldUntil,
            gate.Outcomes,
            gate.Tally);
    }
}

/// <summary>The breaker: <c>CLOSED</c>, <c>OPEN</c>, or <c>HALF_OPEN</c> while a probe is in flight.</summary>
sealed record BreakerView(string State, int FailuresInRow, DateTimeOffset? NextProbeAt)
{
    public static BreakerView Of(Breaker breaker, DateTimeOffset? probeFrom) => new(
        !breaker.IsOpen ? "CLOSED" : breaker.Probe is null ? "OPEN" : "HALF_OPEN", breaker.FailuresInRow, probeFrom);
}

/// <summary>The last waiting line: places given out, and since when they are admitted at the pace.</summary>
sealed record WaitingView(int Foreground, int Background, DateTimeOffset? AdmittedFrom, int PacePerSecond);

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
