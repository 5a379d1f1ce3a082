using System.Collections.Immutable;
using static Lifecycle.Invariants;

namespace Lifecycle.Tests.Invariants;

/// <summary>A right decision, and what a defect would make of it.</summary>
/// <param name="Invariant">What the wrong one breaks.</param>
/// <param name="Before">The session before it.</param>
/// <param name="Event">What happened.</param>
/// <param name="AtMs">When, in milliseconds after <see cref="Walk.Start"/>.</param>
/// <param name="Spoil">What the defect is.</param>
sealed record PlantedDecision(Invariant Invariant, AppSession Before, SessionEvent Event, double AtMs, Func<Decision, Decision> Spoil)
{
    public Policy Policy { get; init; } = Policy.Default;

    public DateTimeOffset At => Walk.Start.AddMilliseconds(AtMs);

    public Decision Right => Before.Decide(Event, AtMs, Policy);
}

/// <summary>Wrong decisions, at least one for each invariant of sessions.</summary>
static class PlantedDecisions
{
    static readonly AppSession grace = Walk.InGrace();

    static Connected Back(string connection = "c2", string instance = "i1") => new(connection, instance, true, Walk.Start.AddSeconds(2));

    static AppSession Asking => Walk.Disconnected();

    static AttemptAdmitted Go(AppSession asking) =>
        new(asking.Run!.Id, asking.Decide(new AttemptDue(asking.Run.Id, asking.Run.Driver), 10_000).Order!.Ask!.WebhookId, Admission.Go(Walk.Start.AddSeconds(10)), asking.Run.Driver);

    static StartRun RunOf(RunReason reason) => new("r9", reason, "c9", RunOrder.Send(1, "w9"), 5_000);

    static AppSession Holding(int messages) => Enumerable.Range(1, messages).Aggregate(grace, (session, n) => session.On(new MessagePosted($"m{n}", "1"), 1_100));

    static AppSession Telling => AppSession.None
        .On(new StartRequested())
        .On(new Connected("c1", "i1", NegotiatedAt: Walk.Start) { Version = Wire.TellsFrom })
        .On(new MessagePosted("m1", "1", true))
        .On(new Disconnected("c1"), 1_000);

    /// <summary>All of them.</summary>
    public static ImmutableArray<PlantedDecision> All { get; } =
    [
        new(NoWebhookWhileAttached, Walk.Running(), new MessagePosted("m1", "1", true), 500, d => d.Doing(RunOf(RunReason.Resurrection))),
        new(NoWebhookWhileAttached, Walk.Running(), new MessagePosted("m1", "1", true), 500, d => d with { Order = RunOrder.Send(1, "w9") }),
        new(OneAttachment, grace, new MessagePosted("m1", "1"), 2_000, d => d.Making(s => s with { Attachment = new Attachment { ConnectionId = "c1" } })),
        new(OneAttachment, Walk.Running(), Back(), 2_000, d => d.Without<CloseConnection>().Without<SendSuperseded>()),
        new(OneRun, grace, new TimerFired(TimerKind.Grace, grace.Epoch), 7_000, d => d.Doing(d.Of<AskGate>().Single())),
        new(RunFitsState, Walk.Resurrecting(), new CalledUp("r0"), 10_100, d => d.Making(s => s with { Run = null })),
        new(RunFitsState, grace, new TimerFired(TimerKind.Grace, grace.Epoch), 7_000, d => d.Making(s => s with { Run = null })),
        new(StaleChangesNothing, Walk.Running(), new Disconnected("c0"), 2_000, d => d with { Session = grace }),
        new(TokenIsGoodOnce, grace, Back() with { TokenEpoch = grace.AttachedEpoch - 1 }, 2_000, _ => grace.Decide(Back(), 2_000)),
        new(TokenIsGoodOnce, grace, Back(), 2_000, d => d.Making(s => s with { AttachedEpoch = grace.AttachedEpoch })),
        new(EpochFences, Walk.Running(), new Disconnected("c1"), 2_000, d => d.Making(s => s with { Epoch = Walk.Running().Epoch })),
        new(EpochFences, grace, new MessagePosted("m1", "1"), 2_000, d => d.Making(s => s with { Epoch = s.Epoch - 1 })),
        new(TimerWaits, grace, new TimerFired(TimerKind.Grace, grace.Epoch), 6_000, _ => grace.Decide(new TimerFired(TimerKind.Grace, grace.Epoch), 7_000)),
        new(KeptOrClean, grace, Back(), 2_000, d => d.Making(s => s with { Subscriptions = s.Subscriptions.Cleared() })),
        new(KeptOrClean, grace, Back() with { Reconnect = false }, 2_000, d => d.Making(s => s with { Subscriptions = grace.Subscriptions })),
        new(ClosedStaysClosed, grace, Back("c1"), 2_000, _ => (grace with { Closed = [] }).Decide(Back("c1"), 2_000)),
        new(WebhookIsAdmitted, Asking, Go(Asking), 10_000, d => d.Making(s => s with { Run = s.Run! with { Attempt = 2 } })),
        new(WebhookIsAdmitted, Asking, new CalledUp("r0"), 10_000, d => d.Making(s => s with { Run = s.Run! with { Attempt = 1 } })),
        new(WaitingEnds, Walk.Running(), new Disconnected("c1"), 2_000, d => d.Making(s => s with { Deadline = null })),
        new(WaitingEnds, Walk.Running(), new Disconnected("c1"), 2_000, d => d.Without<ArmTimer>().Making(s => s with { GraceTimerAt = null })),
        new(EvictionIsTold, Walk.Resurrecting(), new AttemptSent(Walk.Resurrecting().Run!.Id, 1, WebhookResult.FromStatus(410)), 10_100, d => d.Without<DeadLetter>()),
        new(EvictionIsTold, grace, Back(), 2_000, d => d.Doing(new DeadLetter(Reasons.AppGone, 1, [], Blame.App))),
        new(StopWins, grace, new StopRequested("bye"), 2_000, _ => grace.Decide(new MessagePosted("m1", "1"), 2_000)),
        new(StopWins, Walk.In(AppState.Stopping), Back(), 2_000, _ => (Walk.In(AppState.Stopping) with { State = AppState.Starting, Attachment = null }).Decide(Back(), 2_000)),
        new(RestIsQuiet, Walk.In(AppState.Stopped), new CalledUp("r0"), 2_000, d => d.Doing(RunOf(RunReason.Start))),
        new(RestIsQuiet, Walk.Running(), new MessagePosted("m1", "1", true), 2_000, d => d.Doing(new SendStopWebhook("r9", "c9", "bye", 5_000))),
        new(SubscriptionsByVersion, Walk.Running(), new SubscriptionsReplaced("c1", [], 1), 2_000, d => d with { Session = Walk.Running() }),
        new(SubscriptionsByVersion, Walk.Running(), new SubscriptionsReplaced("c1", ["video"], 0), 2_000, _ => Walk.Running().Decide(new SubscriptionsReplaced("c1", ["video"], 1), 2_000)),
        new(TokenOrHintDecides, grace, Back(), 2_000, _ => grace.Decide(Back() with { Reconnect = false }, 2_000)),
        new(ReplacedStaysReplaced, grace with { Replaced = ["i0"] }, Back(instance: "i0"), 2_000, _ => grace.Decide(Back(instance: "i0"), 2_000)),
        new(AckToAttachment, grace, Back(), 2_000, d => d.Changing<SendAck>(ack => ack with { ConnectionId = "c1" })),
        new(AckToAttachment, grace, Back(), 2_000, d => d.Without<SendAck>()),
        new(MessagesToAttachment, Walk.Running(), new MessagePosted("m1", "1", true), 2_000, d => d.Changing<SendMessage>(message => message with { ConnectionId = "c0" })),
        new(MessagesToAttachment, Walk.Running(), new MessagePosted("m1", "1", true), 2_000, d => d.Doing(d.Of<SendMessage>().Single())),
        new(NumbersNeverFall, Holding(2), new MessagePosted("m3", "1"), 2_000, d => d.Making(s => s with { Mailbox = s.Mailbox with { LastSeq = 1, Kept = [] } })),
        new(NumbersNeverFall, Holding(2), new MessagePosted("m3", "1"), 2_000, d => d.Making(s => s with { Mailbox = s.Mailbox with { Kept = [.. s.Mailbox.Kept.Reverse()] } })),
        new(UnfinishedGoesOn, Telling, Back(instance: "i2") with { Version = Wire.TellsFrom }, 2_000, d => d.Without<SendMessage>()),
        new(BufferWithinPolicy, Holding(2), new MessagePosted("m3", "1"), 2_000, _ => Holding(2).Decide(new MessagePosted("m3", "1"), 2_000)) { Policy = Policy.Default with { BufferedMessages = 2 } },
        new(TransitionIsTold, Walk.Running(), new Disconnected("c1"), 2_000, d => d.Without<PublishTransition>()),
        new(TransitionIsTold, Walk.Running(), new Disconnected("c1"), 2_000, d => d.Changing<PublishTransition>(told => told with { Epoch = told.Epoch - 1 })),
        new(MemoryIsBounded, grace, new Disconnected("c7"), 2_000, d => d.Making(s => s with { Closed = [.. Enumerable.Range(0, 9).Select(n => $"d{n}")] })),
    ];

    static Decision Making(this Decision decision, Func<AppSession, AppSession> change) => decision with { Session = change(decision.Session) };

    static Decision Doing(this Decision decision, Effect effect) => decision with { Effects = decision.Effects.Add(effect) };

    static Decision Without<T>(this Decision decision)
        where T : Effect => decision with { Effects = decision.Effects.RemoveAll(effect => effect is T) };

    static Decision Changing<T>(this Decision decision, Func<T, T> change)
        where T : Effect => decision with { Effects = [.. decision.Effects.Select(effect => effect is T one ? change(one) : effect)] };
}
