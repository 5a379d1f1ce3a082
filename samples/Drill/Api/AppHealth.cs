namespace Lifecycle.Samples.Drill.Api;

/// <summary>How an app fares, as Lifecycle's API shows it.</summary>
sealed record AppHealth(BreakerFacts Breaker, IncidentFacts? Incident, IncidentFacts? LastIncident, GateTally Tally);

/// <summary>Whether webhooks go out: <c>CLOSED</c>, <c>OPEN</c>, or <c>HALF_OPEN</c> while a probe is in flight.</summary>
sealed record BreakerFacts(string State, DateTimeOffset? NextProbeAt)
{
    public bool IsClosed => State == "CLOSED";

    public override string ToString() => NextProbeAt is { } next ? $"{State}, next probe {next:HH:mm:ss.fff}" : State;
}

/// <summary>An incident of an app, open or over.</summary>
sealed record IncidentFacts(
    string Id, string Cause, DateTimeOffset BeganAt, DateTimeOffset? EndedAt, DateTimeOffset? OwnerToldAt, int Evicted, int Probes, string? LastOutcome);

/// <summary>What the app's gate has counted since the app was registered.</summary>
sealed record GateTally(int Admitted, int Evicted);
