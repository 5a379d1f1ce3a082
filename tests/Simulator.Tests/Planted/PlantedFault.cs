using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Tests.Planted;

/// <summary>The real rules with one of them broken, as a careless change could break it: by what they are told, or by what is made of their decision.</summary>
abstract class PlantedFault : IRules
{
    /// <summary>The rule of DESIGN section 2 that it breaks.</summary>
    public abstract int Rule { get; }

    public virtual Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        Rules.Decide(id, session, @event, now, policy);

    public virtual AppDecision Decide(string package, AppGate gate, AppEvent @event, DateTimeOffset now, Policy policy, bool hasHealthUrl) =>
        AppRules.Decide(package, gate, @event, now, policy, hasHealthUrl);

    public override string ToString() => $"rule {Rule}: {GetType().Name}";
}
