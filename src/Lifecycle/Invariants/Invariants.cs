using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>Every invariant by name. <see cref="SessionInvariants"/> and <see cref="GateInvariants"/> judge them.</summary>
public static class Invariants
{
    /// <summary>Rule 1.</summary>
    public static readonly Invariant NoWebhookWhileAttached = new("no_webhook_while_attached", 1, "While an app is attached no start or resurrection is sent; only a hand-over is.");

    /// <summary>Rule 1.</summary>
    public static readonly Invariant OneAttachment = new("one_attachment", 1, "A session is attached in RUNNING, and until it is stopped in STOPPING; a connection that another one replaces is told so or closed.");

    /// <summary>Rule 2.</summary>
    public static readonly Invariant OneRun = new("one_run", 2, "One decision begins at most one question to the gate or one orchestration of a run.");

    /// <summary>Rule 2.</summary>
    public static readonly Invariant RunFitsState = new("run_fits_state", 2, "STARTING, RESURRECTING and BACKOFF have the run that moves them, RUNNING at most a hand-over, and what waits for no webhook has none.");

    /// <summary>Rule 3.</summary>
    public static readonly Invariant StaleChangesNothing = new("stale_changes_nothing", 3, "A disconnect, timer or run step that is out of date moves nothing.");

    /// <summary>Rule 3.</summary>
    public static readonly Invariant TokenIsGoodOnce = new("token_is_good_once", 3, "A reconnect token is good for the attach after the one that it was issued with, and for no other.");

    /// <summary>Rule 3.</summary>
    public static readonly Invariant EpochFences = new("epoch_fences", 3, "The epoch never falls, and grows with every attach, detach, start and stop.");

    /// <summary>Rule 3.</summary>
    public static readonly Invariant TimerWaits = new("timer_waits", 3, "No grace window, stop or retention ends before its deadline.");

    /// <summary>Rule 4.</summary>
    public static readonly Invariant KeptOrClean = new("kept_or_clean", 4, "A reconnect keeps correlation id, subscriptions and message numbers; a connect starts clean.");

    /// <summary>Rule 5.</summary>
    public static readonly Invariant ClosedStaysClosed = new("closed_stays_closed", 5, "A connection that is known to be closed does not attach.");

    /// <summary>Rule 6.</summary>
    public static readonly Invariant WebhookIsAdmitted = new("webhook_is_admitted", 6, "A run sends its next webhook when the app's gate says go, and one for each go.");

    /// <summary>Rule 6.</summary>
    public static readonly Invariant WaitingEnds = new("waiting_ends", 6, "GRACE_PERIOD, STOPPING and STOPPED have a deadline, and a timer that comes by then.");

    /// <summary>Rule 6.</summary>
    public static readonly Invariant EvictionIsTold = new("eviction_is_told", 6, "A session that is given up leaves one dead letter and tells its app's gate; no other one does.");

    /// <summary>Rule 7.</summary>
    public static readonly Invariant StopWins = new("stop_wins", 7, "A stop ends in STOPPING or STOPPED whatever went on, and only a start, or an attach that the policy allows, begins a session anew.");

    /// <summary>Rule 7.</summary>
    public static readonly Invariant RestIsQuiet = new("rest_is_quiet", 7, "A session that is dormant, given up or stopped sends no webhook but the one that tells of the stop.");

    /// <summary>Rule 8.</summary>
    public static readonly Invariant SubscriptionsByVersion = new("subscriptions_by_version", 8, "A set that names the version in force is honoured, also an empty one; any other changes nothing.");

    /// <summary>Rule 9.</summary>
    public static readonly Invariant TokenOrHintDecides = new("token_or_hint_decides", 9, "In the grace window a good token, or a hint that is not false, keeps the state; nothing else does.");

    /// <summary>Rule 11.</summary>
    public static readonly Invariant ReplacedStaysReplaced = new("replaced_stays_replaced", 11, "A process that was replaced does not take the session back without a good token.");

    /// <summary>Rule 13.</summary>
    public static readonly Invariant AckToAttachment = new("ack_to_attachment", 13, "An ack goes to the attachment, with the epoch in force, and every new attachment gets one.");

    /// <summary>Rule 13.</summary>
    public static readonly Invariant MessagesToAttachment = new("messages_to_attachment", 13, "Messages go to the attachment, in order, and only ones that were taken.");

    /// <summary>Rule 13.</summary>
    public static readonly Invariant NumbersNeverFall = new("numbers_never_fall", 13, "Message numbers never fall; what is kept stands in order and was given a number.");

    /// <summary>Rule 13.</summary>
    public static readonly Invariant UnfinishedGoesOn = new("unfinished_goes_on", 13, "What one process did not finish goes to the next that has the state.");

    /// <summary>Of the mailbox.</summary>
    public static readonly Invariant BufferWithinPolicy = new("buffer_within_policy", 0, "No message is kept beyond the policy's number and bytes.");

    /// <summary>Of what the world is told.</summary>
    public static readonly Invariant TransitionIsTold = new("transition_is_told", 0, "Whoever hears of transitions knows the state and the epoch that the session is in.");

    /// <summary>Of what is stored.</summary>
    public static readonly Invariant MemoryIsBounded = new("memory_is_bounded", 0, "What is remembered of a session or at a gate does not grow beyond its limits.");

    /// <summary>Rule 6, of the gate.</summary>
    public static readonly Invariant FirstFlightHolds = new("first_flight_holds", 6, "To an app that has not answered no more attempts are in flight than the policy's first flight.");

    /// <summary>Rule 6, of the gate.</summary>
    public static readonly Invariant OneProbe = new("one_probe", 6, "No probe goes out while another one's verdict is awaited.");

    /// <summary>Rule 6, of the gate.</summary>
    public static readonly Invariant OnlyProbesWhileOpen = new("only_probes_while_open", 6, "While the breaker is open only its probe goes, and what was given a slot before.");

    /// <summary>Rule 6, of the gate.</summary>
    public static readonly Invariant OpenBreakerLooks = new("open_breaker_looks", 6, "An open breaker knows its outage and when it looks next; a closed one has no probe.");

    /// <summary>Rule 6, of the gate.</summary>
    public static readonly Invariant AskIsAnswered = new("ask_is_answered", 6, "Whoever asks the gate is answered: go, wait until a time that is not past, or no and why.");

    /// <summary>Rule 6, of the gate.</summary>
    public static readonly Invariant SlotIsPaid = new("slot_is_paid", 6, "Each slot that is given moves the next one on: no two share one.");

    /// <summary>Of the gate.</summary>
    public static readonly Invariant OwnerToldOnce = new("owner_told_once", 0, "The owner is told of an incident once that it is unreachable, and that it has recovered only of what was told.");

    /// <summary>What judging one session's decision looks at.</summary>
    public static ImmutableArray<Invariant> OfSessions { get; } =
    [
        NoWebhookWhileAttached, OneAttachment, OneRun, RunFitsState, StaleChangesNothing, TokenIsGoodOnce, EpochFences, TimerWaits, KeptOrClean, ClosedStaysClosed,
        WebhookIsAdmitted, WaitingEnds, EvictionIsTold, StopWins, RestIsQuiet, SubscriptionsByVersion, TokenOrHintDecides, ReplacedStaysReplaced, AckToAttachment,
        MessagesToAttachment, NumbersNeverFall, UnfinishedGoesOn, BufferWithinPolicy, TransitionIsTold, MemoryIsBounded,
    ];

    /// <summary>What judging one gate's decision looks at.</summary>
    public static ImmutableArray<Invariant> OfGates { get; } =
        [FirstFlightHolds, OneProbe, OnlyProbesWhileOpen, OpenBreakerLooks, AskIsAnswered, SlotIsPaid, OwnerToldOnce, MemoryIsBounded];

    /// <summary>All of them, each once.</summary>
    public static ImmutableArray<Invariant> All { get; } = [.. OfSessions.Union(OfGates)];
}
