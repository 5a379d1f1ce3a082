namespace Lifecycle.Tests;

/// <summary>Brings an app session into a state by events alone, the way it gets there in life.</summary>
static class Walk
{
    public static readonly AppSessionId Id = new("s1", "com.example.notes");
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Decision Decide(this AppSession session, SessionEvent @event, double atMs = 0, Policy? policy = null) =>
        session.DecideAt(@event, Start.AddMilliseconds(atMs), policy ?? Policy.Default);

    public static Decision DecideAt(this AppSession session, SessionEvent @event, DateTimeOffset at, Policy policy) =>
        Lifecycle.Rules.Decide(Id, session, @event, at, policy).Holding(session, @event, at, policy);

    public static AppSession On(this AppSession session, SessionEvent @event, double atMs = 0, Policy? policy = null) =>
        session.Decide(@event, atMs, policy).Session;

    /// <summary>Attached with connection <c>c1</c> of instance <c>i1</c>, subscribed to two streams at version 1.</summary>
    public static AppSession Running() => AppSession.None
        .On(new StartRequested())
        .On(new Connected("c1", "i1", NegotiatedAt: Start))
        .On(new SubscriptionsReplaced("c1", ["audio", "text"], 0));

    /// <summary>The grace window of <c>c1</c>'s loss at 1 s ends at 7 s.</summary>
    public static AppSession InGrace() => Running().On(new Disconnected("c1"), 1_000);

    public static AppSession Disconnected() => InGrace().Expire();

    public static AppSession Expire(this AppSession session, Policy? policy = null) =>
        session.On(new TimerFired(TimerKind.Grace, session.Epoch), 7_000, policy);

    public static AppSession Resurrecting() => Disconnected().Attempted(10_000);

    public static AppSession Attempted(this AppSession session, double atMs) => session
        .Asking(atMs)
        .Admitted(Admission.Go(Start.AddMilliseconds(atMs)), atMs);

    public static AppSession Asking(this AppSession session, double atMs) => session.On(new AttemptDue(session.Run!.Id, session.Run.Driver), atMs);

    public static AppSession Admitted(this AppSession asking, Admission admission, double atMs) => asking.DecideAdmitted(admission, atMs).Session;

    /// <summary>The gate answers what the session asks when it is due.</summary>
    public static Decision DecideAdmitted(this AppSession asking, Admission admission, double atMs, Policy? policy = null)
    {
        var ask = asking.Decide(new AttemptDue(asking.Run!.Id, asking.Run.Driver), atMs).Order!.Ask!;
        return asking.Decide(new AttemptAdmitted(asking.Run.Id, ask.WebhookId, admission, asking.Run.Driver), atMs, policy);
    }

    public static AppSession Answered(this AppSession session, WebhookResult result, double atMs) =>
        session.On(new AttemptSent(session.Run!.Id, session.Run.Attempt, result), atMs);

    public static AppSession In(AppState state) => state switch
    {
        AppState.None => AppSession.None,
        AppState.Starting => AppSession.None.On(new StartRequested()),
        AppState.Running => Running(),
        AppState.GracePeriod => InGrace(),
        AppState.Disconnected => Disconnected(),
        AppState.Resurrecting => Resurrecting(),
        AppState.Backoff => Resurrecting().Answered(WebhookResult.FromStatus(503), 10_000),
        AppState.Dormant => InGrace().On(new UserWentAway(), 2_000).Expire(),
        AppState.Evicted => Resurrecting().Answered(WebhookResult.FromStatus(410), 10_000),
        AppState.Stopping => Running().On(new StopRequested("bye"), 1_000),
        AppState.Stopped => Running().On(new StopRequested("bye"), 1_000).On(new Disconnected("c1"), 1_100),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static IEnumerable<T> Of<T>(this Decision decision)
        where T : Effect => decision.Effects.OfType<T>();

    public static string[] Names(this SubscriptionSet set) => [.. set.Streams];
}
