using System.Collections.Immutable;

namespace Lifecycle.Entities;

/// <summary>Says what a decision broke. In the deployed app <see cref="DecisionJudge"/>, which asks the pure invariants.</summary>
public interface IDecisionJudge
{
    /// <summary>What a decision on an app session broke; empty for one that is right.</summary>
    ImmutableArray<BrokenInvariant> Broken(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy);

    /// <summary>What a decision of an app's gate broke; empty for one that is right.</summary>
    ImmutableArray<BrokenInvariant> Broken(AppGate before, AppEvent @event, AppDecision decision, DateTimeOffset now, Policy policy);
}

/// <summary>Judges by <see cref="SessionInvariants"/> and <see cref="GateInvariants"/>.</summary>
public sealed class DecisionJudge : IDecisionJudge
{
    /// <inheritdoc/>
    public ImmutableArray<BrokenInvariant> Broken(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy) =>
        SessionInvariants.Broken(before, @event, decision, now, policy);

    /// <inheritdoc/>
    public ImmutableArray<BrokenInvariant> Broken(AppGate before, AppEvent @event, AppDecision decision, DateTimeOffset now, Policy policy) =>
        GateInvariants.Broken(before, @event, decision, now, policy);
}
