using S = Lifecycle.AppState;

namespace Lifecycle;

/// <content>The lines of hand-over, and of what is handled.</content>
public static partial class TransitionTable
{
    // Not a field: which of two files' fields is made first is not said.
    static AppState[] Attachable => [S.Starting, S.Evicted, S.Running, S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant];

    static IEnumerable<TransitionRow> HandOver() =>
    [
        Same([S.Running], nameof(HandOverAsked), "from the attachment", Reasons.HandOverAsked, "ask the app's gate for a webhook; the process stays attached and served"),
        Ignore([S.Running], nameof(HandOverAsked), "from the attachment, and it is under way", Reasons.AlreadyStarting),
        Ignore([S.Running], nameof(HandOverAsked), "from the attachment, which has said goodbye", Reasons.AppReleased),
        .. AsProven(nameof(HandOverAsked)),
        Refuse(Except(), nameof(HandOverAsked), "not from the attachment", Reasons.NotAttached, ""),
        .. Succeeding(nameof(Connected), ""),
        .. Succeeding(nameof(Initialized), "unknown connection; "),
        Same([S.Running], nameof(AttemptDue), "hand-over: due", Reasons.AttemptDue, "ask the app's gate"),
        Same([S.Running], nameof(AttemptDue), "hand-over: accepted, and nobody took over within the connect timeout", Reasons.NotAttachedInTime, "next attempt at a jittered time"),
        Same([S.Running], nameof(AttemptDue), "hand-over: the same, and its time is over", Reasons.HandOverFailed, "the run ends; the process is attached until it leaves"),
        Ignore([S.Running], nameof(AttemptDue), "hand-over: before its time", Reasons.TimerEarly),
        Ignore([S.Running], nameof(AttemptDue), "hand-over: the gate is being asked, or the webhook is in flight", Reasons.Duplicate),
        Same([S.Running], nameof(CalledUp), "hand-over: waits for the app, and not for its turn; or the gate's answer is on its way", Reasons.CalledUp, "ask the app's gate now; or again, when it says to wait"),
        Ignore([S.Running], nameof(CalledUp), "hand-over: otherwise", Reasons.Duplicate),
        Same([S.Running], nameof(AttemptAdmitted), "hand-over: go", Reasons.AttemptBegins, "order the webhook"),
        Same([S.Running], nameof(AttemptAdmitted), "hand-over: the slot was missed, or it was called up meanwhile", Reasons.AttemptDue, "ask the app's gate anew"),
        Same([S.Running], nameof(AttemptAdmitted), "hand-over: breaker open, or others go first", Reasons.AppAwaited, "wait to be called up, ask again"),
        Same([S.Running], nameof(AttemptAdmitted), "hand-over: refused, or its time is over", Reasons.HandOverFailed, "the place in line is given back; the run ends"),
        Ignore([S.Running], nameof(AttemptAdmitted), "hand-over: a question that came twice got another place in line; that one is given back", Reasons.SecondPlace),
        Ignore([S.Running], nameof(AttemptAdmitted), "hand-over: nobody asked", Reasons.Duplicate),
        Same([S.Running], nameof(AttemptStalled), "hand-over: the gate could not be asked", Reasons.StepFailed, "ask again in 5 s"),
        Same([S.Running], nameof(AttemptStalled), "hand-over: the webhook could not be sent", Reasons.AttemptFailed, "as a network failure"),
        Same([S.Running], nameof(AttemptStalled), "hand-over: its time is over", Reasons.HandOverFailed, "the run ends"),
        Ignore([S.Running], nameof(AttemptStalled), "hand-over: not the step in progress", Reasons.Duplicate),
        Same([S.Running], nameof(AttemptFound), "hand-over", Reasons.StepFailed, "the gate is told; ask it again in 5 s"),
        Same([S.Running], nameof(AttemptFound), "hand-over: its time is over", Reasons.HandOverFailed, "the gate is told; the run ends"),
        Ignore([S.Running], nameof(AttemptFound), "hand-over: not the attempt in flight", Reasons.Duplicate),
        Same([S.Running], nameof(AttemptUnlooked), "hand-over: the engine is too far behind, or no client can open a socket", Reasons.StepFailed, "the gate is told; ask it again in 5 s"),
        Same([S.Running], nameof(AttemptUnlooked), "hand-over: its time is over", Reasons.HandOverFailed, "the gate is told; the run ends"),
        Ignore([S.Running], nameof(AttemptUnlooked), "hand-over: not the attempt in flight", Reasons.Duplicate),
        Same([S.Running], nameof(AttemptSent), "hand-over: 2xx", Reasons.WebhookAccepted, "wait for the successor, within the hand-over's time"),
        Same([S.Running], nameof(AttemptSent), "hand-over: answered by a process that is itself about to leave", Reasons.AnsweredByLeaving, "no failure of the app; next attempt at a jittered time"),
        Same([S.Running], nameof(AttemptSent), "hand-over: coming back, redirected, or perhaps gone", Reasons.AttemptFailed, "next attempt at a jittered time"),
        Same([S.Running], nameof(AttemptSent), "hand-over: 410, other 4xx, or its time is over", Reasons.HandOverFailed, "the run ends; the process is attached until it leaves"),
        Ignore([S.Running], nameof(AttemptSent), "hand-over: not the attempt in flight", Reasons.Duplicate),
        Same([S.Running], nameof(RunMissing), "hand-over: its time is long over", Reasons.HandOverFailed, "the run ends"),
    ];

    static IEnumerable<TransitionRow> Succeeding(string @event, string guard) =>
    [
        Row([S.Running, S.GracePeriod], @event, guard + "it shows the token of the open invitation", S.Running, Reasons.TakenOver, "epoch+1; subscriptions, correlation id and what is not handled are its own; the process before may finish what it is at, and closes"),
        Row([S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], @event, guard + "the same, and state is kept", S.Running, Reasons.TakenOver, "as above; the run ends"),
        Refuse(Attachable, @event, guard + "it shows the token of an invitation that was used, or ended", Reasons.Superseded, "close the connection as `superseded`"),
    ];

    static IEnumerable<TransitionRow> Done() =>
    [
        Same([S.Running], nameof(MessagesDone), "from the attachment", Reasons.MessagesHandled, "forget what is handled; tell the world of what failed"),
        Same(Except(S.None, S.Stopped), nameof(MessagesDone), "from the process that was attached last, over an earlier connection; or from the one before, which has not finished", Reasons.MessagesHandled, "as above"),
        Same([S.Running, S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], nameof(MessagesDone), "from the process before, which has finished", Reasons.PredecessorDone, "what it did not handle is its successor's; send it"),
        Ignore(Except(S.None), nameof(MessagesDone), "the same again", Reasons.Nothing),
        Ignore(Except(), nameof(MessagesDone), "from another connection", Reasons.StaleDone),
        .. AsProven(nameof(MessagesDone)),
        Same([S.Running, S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], nameof(Disconnected), "the process before, which had not finished", Reasons.PredecessorDone, "what it did not handle is its successor's; send it"),
        Same([S.Running, S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], nameof(TimerFired), "drain timer: the process before is not awaited any longer", Reasons.PredecessorDone, "close its connection; as above"),
        Same([S.Running], nameof(TimerFired), "deaf timer, and the app goes on, or has nothing to do", Reasons.AppKeepsUp, "look again when something is open for as long"),
        Same([S.Running], nameof(TimerFired), "deaf timer, later than the late limit: this system was away", Reasons.PlatformAway, "look again"),
        Same([S.Running], nameof(TimerFired), "deaf timer, and nothing was handled for the ack timeout", Reasons.Deaf, "the owner is told; if the policy says so the app is asked once, and looked at in 5 s"),
        Row([S.Running], nameof(TimerFired), "deaf timer: it was asked, and still nothing was handled", S.Disconnected, Reasons.Deaf, "epoch+1; the connection is closed as `superseded`; as after the grace window"),
        Row([S.Running], nameof(TimerFired), "the same, and it is the second time in a row that a process did not stay well", S.Backoff, Reasons.CrashLoop, "epoch+1; the connection is closed; the next restart waits"),
        Row([S.Running], nameof(TimerFired), "the same, and the user session is away", S.Dormant, Reasons.UserAway, "epoch+1; the connection is closed"),
    ];
}
