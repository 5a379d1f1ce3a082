namespace Lifecycle.Simulator.Worlds;

/// <summary>Who decides: the real rules, or ones that a test has broken to see that it is found.</summary>
interface IRules
{
    /// <summary>Decides for a session.</summary>
    Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy);

    /// <summary>Decides for the app's gate.</summary>
    AppDecision Decide(string package, AppGate gate, AppEvent @event, DateTimeOffset now, Policy policy, bool hasHealthUrl);
}

/// <summary>The rules of src/Lifecycle.</summary>
sealed class RealRules : IRules
{
    public Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        Rules.Decide(id, session, @event, now, policy);

    public AppDecision Decide(string package, AppGate gate, AppEvent @event, DateTimeOffset now, Policy policy, bool hasHealthUrl) =>
        AppRules.Decide(package, gate, @event, now, policy, hasHealthUrl);
}
