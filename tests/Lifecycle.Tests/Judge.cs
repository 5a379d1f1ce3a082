namespace Lifecycle.Tests;

/// <summary>Every decision that the tests of the rules make is judged: none breaks an invariant.</summary>
static class Judge
{
    public static Decision Holding(this Decision decision, AppSession before, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        SessionInvariants.Broken(before, @event, decision, now, policy) is [var first, ..]
            ? throw new InvalidOperationException($"{first.Name}: {first.Sentence} ({before.State}, {@event}, {decision.Outcome})")
            : decision;

    public static AppDecision Holding(this AppDecision decision, AppGate before, AppEvent @event, DateTimeOffset now, Policy policy) =>
        GateInvariants.Broken(before, @event, decision, now, policy) is [var first, ..]
            ? throw new InvalidOperationException($"{first.Name}: {first.Sentence} ({@event})")
            : decision;
}
