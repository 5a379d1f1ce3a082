using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>One decision on an app in the making: the gate as it stands so far, and the effects gathered.</summary>
sealed class AppTurn(string packageName, AppGate gate, DateTimeOffset now, Policy policy)
{
    readonly ImmutableArray<AppEffect>.Builder effects = ImmutableArray.CreateBuilder<AppEffect>();

    public string PackageName => packageName;

    public AppGate Gate { get; private set; } = gate;

    public DateTimeOffset Now => now;

    public Policy Policy => policy;

    /// <summary>Whether the app is registered with a health URL.</summary>
    public bool HasHealthUrl { get; init; }

    /// <summary>Webhooks per second at this moment.</summary>
    public double PerSecond => AppRules.PaceOf(Gate, policy);

    /// <summary>The time between two slots.</summary>
    public TimeSpan Interval => Pacer.IntervalOf(PerSecond);

    /// <summary>Since when the app is away, as far as is known.</summary>
    public DateTimeOffset OutageBegan =>
        Gate.Breaker.OutageBegan ?? Gate.LostSince ?? (Gate.Incident is { IsOpen: true, Cause: IncidentCause.SessionsLost } lost ? lost.BeganAt : now);

    public AppTurn Change(Func<AppGate, AppGate> change)
    {
        Gate = change(Gate);
        return this;
    }

    public AppTurn Count(Func<GateTally, GateTally> change) => Change(g => g with { Tally = change(g.Tally) });

    public AppTurn Do(AppEffect effect)
    {
        effects.Add(effect);
        return this;
    }

    public AppDecision Done(Admission? answer = null) => new(Gate, effects.ToImmutable(), answer);
}
