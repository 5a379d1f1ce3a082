using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>What an app session tells the world, and which of its operations tells it.</summary>
public static class SessionEvents
{
    /// <summary>The CloudEvents type of a transition.</summary>
    public const string TransitionType = "lifecycle.appsession.transition";

    /// <summary>The CloudEvents type of an app session that was given up: the dead letter, and the event of it.</summary>
    public const string DeadLetterType = "lifecycle.appsession.deadletter";

    /// <summary>The CloudEvents type of a message that had been taken and that the app will not get.</summary>
    public const string MessageLostType = "lifecycle.appsession.messagelost";

    /// <summary>The CloudEvents type of a message whose handler threw, and that was set aside.</summary>
    public const string MessageFailedType = "lifecycle.appsession.messagefailed";

    /// <summary>
    /// The outbox after a decision. A reconnect cycle must not cost operations for its events alone: what is told on the way into
    /// GRACE_PERIOD, and from there to RUNNING, waits for the grace timer, which comes in any case (stale or not), or for an
    /// earlier operation; and what a run leads to waits for its next step, if that comes soon. Everything else is told at once. A timer that
    /// arrived is no longer to come, whichever it was.
    /// </summary>
    /// <param name="outbox">The outbox before it.</param>
    /// <param name="id">The app session.</param>
    /// <param name="before">The session before it.</param>
    /// <param name="event">The event.</param>
    /// <param name="decision">What the rules made of it.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="policy">The app's policy.</param>
    public static Outbox After(
        this Outbox outbox, AppSessionId id, AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy)
    {
        var after = decision.Session;
        var told = outbox.With(id, now, DraftsOf(id, decision));
        var waits = told.LastSequence == outbox.LastSequence || (before.State, after.State) == (AppState.GracePeriod, AppState.Running);
        return told with
        {
            TimerComes = after.State == AppState.GracePeriod || StepComesSoon(after, now, policy)
                || (outbox.TimerComes && waits && @event is not TimerFired { Kind: TimerKind.Grace }),
        };
    }

    /// <summary>How long an event may wait for a step of a run.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // Of a run, or of a webhook that was on its way when the app attached. One that is lost is made up for by the sweep.
    static bool StepComesSoon(AppSession session, DateTimeOffset now, Policy policy)
    {
        var sending = session.OpenWebhook is not null || session.Run is { Phase: RunPhase.Sending };
        var due = sending ? now.AddMilliseconds(policy.WebhookTimeoutMs) : session.Run?.DueAt;
        return due - now <= Soon;
    }

    static IEnumerable<EventDraft> DraftsOf(AppSessionId id, Decision decision)
    {
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case PublishTransition transition:
                    yield return Draft(OutboxDestination.Events, TransitionType, id, DataOf(id, transition, decision.Session));
                    break;
                case LoseMessage lost:
                    yield return Draft(OutboxDestination.Events, MessageLostType, id, DataOf(id, lost, decision.Session));
                    break;
                case FailMessage failed:
                    yield return Draft(OutboxDestination.Events, MessageFailedType, id, DataOf(id, failed, decision.Session));
                    break;
                case DeadLetter letter:
                    var data = DataOf(id, letter, decision.Session);
                    yield return Draft(OutboxDestination.DeadLetters, DeadLetterType, id, data);
                    yield return Draft(OutboxDestination.Events, DeadLetterType, id, data);
                    break;
            }
        }
    }

    static EventDraft Draft(OutboxDestination destination, string type, AppSessionId id, object data) =>
        new(destination, type, CloudEvent.SourceOf(id.PackageName), id.ToString(), data);

    static TransitionData DataOf(AppSessionId id, PublishTransition transition, AppSession after) => new(
        id.SessionId,
        id.PackageName,
        transition.From.WireName(),
        transition.To.WireName(),
        CloudEvent.Clip(transition.Reason)!,
        transition.Epoch,
        transition.CorrelationId,
        after.InstanceId,
        transition.Blame);

    static DeadLetterData DataOf(AppSessionId id, DeadLetter letter, AppSession after) => new(
        id.SessionId,
        id.PackageName,
        CloudEvent.Clip(letter.Reason)!,
        letter.Blame,
        letter.Attempts,
        [.. letter.LastAttempts.Select(note => note with { Outcome = CloudEvent.Clip(note.Outcome)! })],
        after.Epoch,
        after.CorrelationId);

    static MessageLostData DataOf(AppSessionId id, LoseMessage lost, AppSession after) => new(
        id.SessionId, id.PackageName, lost.Seq, lost.Reason, lost.Blame, after.Epoch, after.CorrelationId);

    static MessageFailedData DataOf(AppSessionId id, FailMessage failed, AppSession after) => new(
        id.SessionId, id.PackageName, failed.Seq, CloudEvent.Clip(failed.Error)!, Blame.App, after.Epoch, after.CorrelationId);

    sealed record MessageFailedData(string SessionId, string PackageName, long Seq, string Error, Blame Blame, long Epoch, string? CorrelationId);

    sealed record MessageLostData(string SessionId, string PackageName, long Seq, string Reason, Blame Blame, long Epoch, string? CorrelationId);

    sealed record TransitionData(
        string SessionId, string PackageName, string From, string To, string Reason, long Epoch, string? CorrelationId, string? InstanceId, Blame Blame);

    sealed record DeadLetterData(
        string SessionId,
        string PackageName,
        string Reason,
        Blame Blame,
        int Attempts,
        ImmutableArray<AttemptNote> LastAttempts,
        long Epoch,
        string? CorrelationId);
}
