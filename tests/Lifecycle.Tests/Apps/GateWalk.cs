namespace Lifecycle.Tests.Apps;

/// <summary>Brings an app's gate into a state by events alone, the way it gets there in life.</summary>
static class GateWalk
{
    public const string Package = "com.example.notes";

    public static readonly DateTimeOffset Start = Walk.Start;
    public static readonly WebhookResult Accepted = WebhookResult.FromStatus(202);
    public static readonly WebhookResult Away = WebhookResult.FromStatus(503);

    public static DateTimeOffset At(double ms) => Start.AddMilliseconds(ms);

    public static AppDecision Decide(this AppGate gate, AppEvent @event, double atMs = 0, Policy? policy = null) =>
        AppRules.Decide(Package, gate, @event, At(atMs), policy ?? Policy.Default).Holding(gate, @event, At(atMs), policy ?? Policy.Default);

    public static AppGate On(this AppGate gate, AppEvent @event, double atMs = 0, Policy? policy = null) => gate.Decide(@event, atMs, policy).Gate;

    public static AdmissionAsked Ask(string id, RunReason reason = RunReason.Resurrection, double? lostMs = -6_000, Ticket? ticket = null, bool foreground = false) =>
        new(id, reason, foreground, lostMs is { } ms ? At(ms) : null, ticket);

    /// <summary>The same of a session that can be called up.</summary>
    public static AdmissionAsked By(this AdmissionAsked ask, string session) => ask with { SessionId = session, RunId = "r" };

    /// <summary>The gate's answer to one more session.</summary>
    public static Admission Admission(this AppGate gate, string id = "w", double atMs = 0, double? lostMs = -6_000, RunReason reason = RunReason.Resurrection) =>
        gate.Decide(Ask(id, reason, lostMs), atMs).Admission!;

    /// <summary>The app has answered a webhook just now.</summary>
    public static AppGate Well(double atMs = 0) => AppGate.New.On(Ask("w0"), atMs).On(new OutcomeReported("w0", Accepted), atMs);

    /// <summary>Five sessions have asked, were admitted and failed; their sockets were lost 6 s before.</summary>
    public static AppGate Open(double atMs = 0) => Enumerable.Range(0, 5).Aggregate(
        AppGate.New, (gate, n) => gate.On(Ask($"f{n}", lostMs: atMs - 6_000), atMs).On(new OutcomeReported($"f{n}", Away), atMs));

    public static bool Goes(this Admission admission) => admission.Kind == AdmissionKind.Go;
}
