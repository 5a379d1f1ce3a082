namespace Lifecycle;

/// <summary>What is to be counted of a decision. Pure: the shell only has to hand it to its instruments.</summary>
public static class Observations
{
    /// <summary>The observations of one event of an app session, in no order.</summary>
    /// <param name="before">The session before it.</param>
    /// <param name="event">The event.</param>
    /// <param name="decision">What the rules made of it.</param>
    public static IEnumerable<Observation> Of(AppSession before, SessionEvent @event, Decision decision)
    {
        var found = 0;
        foreach (var observation in Directly(before, @event, decision))
        {
            found += observation is RunEnded { Reason: RunReason.Resurrection, Outcome: RunOutcome.False } ? 1 : 0;
            yield return observation;
        }

        for (var more = decision.Session.Tally.FalseResurrections - before.Tally.FalseResurrections - found; more > 0; more--)
        {
            yield return new FalseFound();
        }
    }

    static IEnumerable<Observation> Directly(AppSession before, SessionEvent @event, Decision decision)
    {
        var after = decision.Session;
        if (decision.Outcome.IsStale)
        {
            yield return new StaleArrived(KindOf(@event, decision.Outcome.Reason));
        }

        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case PublishTransition { To: AppState.Running } attached:
                    yield return new AttachObserved(after.Attachment!.Resumed, attached.Reason, attached.Blame);
                    break;
                case PublishTransition { To: AppState.GracePeriod } lost:
                    yield return new GraceBegan(lost.Reason);
                    break;
                case PublishTransition { From: AppState.GracePeriod } expired when @event is TimerFired:
                    yield return new GraceExpired(expired.To, expired.Blame);
                    break;
                case HeldBack held:
                    yield return new ResurrectionHeld(held.Reason, held.Blame);
                    break;
                case TellApp { Event: SessionLooping }:
                    yield return new CrashLoopObserved(CrashLoopPhase.Lost);
                    break;
                case TellApp { Event: SessionStable }:
                    yield return new CrashLoopObserved(CrashLoopPhase.Stable);
                    break;
                case DeadLetter letter:
                    yield return new SessionEvicted(letter.Reason, letter.Blame);
                    break;
                case LoseMessage lost:
                    yield return new EffectSetAside(lost.Reason == Reasons.BufferFull ? SetAsideKind.UnkeptMessage : SetAsideKind.Message);
                    break;
                case GiveUpGroups:
                    yield return new EffectSetAside(SetAsideKind.Groups);
                    break;
                case GiveUpClose:
                    yield return new EffectSetAside(SetAsideKind.Close);
                    break;
                case Measure measure:
                    yield return new DurationObserved(measure.What, measure.Value, (@event as TimerFired)?.Kind ?? TimerKind.None);
                    break;
            }
        }

        foreach (var observation in OfSuccession(before, decision))
        {
            yield return observation;
        }

        if (before.Run is { Reason: not RunReason.HandOver } run && run.Id != after.Run?.Id && after.OpenWebhook?.RunId != run.Id)
        {
            // One that was ordered and found a connection did not go out.
            yield return new RunEnded(run.Reason, OutcomeOf(run.Attempt - (@event is AttemptFound or AttemptUnlooked ? 1 : 0), before, after), decision.Outcome.Blame);
        }

        if (before.OpenWebhook is { Reason: not RunReason.HandOver } open && after.OpenWebhook != open)
        {
            yield return new RunEnded(open.Reason, OutcomeOf(@event, before, after), open.Blame);
        }

        if (@event is MessagePosted posted && !decision.Outcome.IsStale)
        {
            yield return new MessageObserved(after.Mailbox.ReceiptOf(posted.MessageId)?.Outcome ?? MessageOutcome.Refused);
        }
    }

    static IEnumerable<Observation> OfSuccession(AppSession before, Decision decision)
    {
        var (after, failed) = (decision.Session, decision.Session.Tally.FailedMessages - before.Tally.FailedMessages);
        if (after.Mailbox.DoneUpTo > before.Mailbox.DoneUpTo && decision.Outcome.Reason is Reasons.MessagesHandled or Reasons.PredecessorDone)
        {
            yield return new MessagesFinished(after.Mailbox.DoneUpTo.Value - before.Mailbox.DoneUpTo.Value - failed, failed);
        }

        if (before.Run is { Reason: RunReason.HandOver } run && run.Id != after.Run?.Id)
        {
            yield return new HandOverEnded(
                after.Tally.TakeOvers > before.Tally.TakeOvers ? HandOverOutcome.TakenOver
                : decision.Outcome.Reason == Reasons.HandOverFailed ? HandOverOutcome.Failed
                : after.State is AppState.GracePeriod or AppState.Running && !after.Released ? HandOverOutcome.Lost
                : HandOverOutcome.CalledOff);
        }

        if (decision.Effects.Any(effect => effect is ReportDeaf))
        {
            yield return new DeafFound(IsReplaced: false);
        }

        if (before is { State: AppState.Running, Attachment.DeafAt: not null } && after is { State: not AppState.Running, LostAt: not null } && decision.Effects.Any(effect => effect is CloseConnection)
            && decision.Outcome.Reason is Reasons.Deaf or Reasons.CrashLoop or Reasons.UserAway)
        {
            yield return new DeafFound(IsReplaced: true);
        }
    }

    /// <summary>The observations of one event of an app.</summary>
    /// <param name="before">Its gate before it.</param>
    /// <param name="decision">What the rules made of it.</param>
    public static IEnumerable<Observation> Of(AppGate before, AppDecision decision)
    {
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case IncidentBegan began:
                    var known = before.Incident is { IsOpen: true } open && open.Id == began.Incident.Id;
                    yield return new IncidentObserved(began.Incident.Cause, known ? IncidentPhase.Escalated : IncidentPhase.Opened);
                    break;
                case IncidentEnded ended:
                    yield return new IncidentObserved(ended.Incident.Cause, IncidentPhase.Closed);
                    break;
            }
        }

        if (decision.Gate.Pace is { } pace && before.Pace is { } learned && pace.PerSecond != learned.PerSecond)
        {
            yield return new PaceLearned(pace.PerSecond > learned.PerSecond ? PaceChange.Grown : pace.RefusedAt != learned.RefusedAt ? PaceChange.Refused : PaceChange.Lowered);
        }

        if (decision.IsStale)
        {
            yield return new StaleArrived(StaleKind.Look);
        }

        if (decision.Gate.Tally.StopsDropped > before.Tally.StopsDropped)
        {
            yield return new StopDropped(decision.Admission!.Reason!);
        }
    }

    static StaleKind KindOf(SessionEvent @event, string reason) => @event switch
    {
        Connected when reason == Reasons.StaleToken => StaleKind.Token,
        Connected or Initialized => StaleKind.Connected,
        Disconnected => StaleKind.Disconnected,
        SignOfLife => StaleKind.Sign,
        MessagesDone => StaleKind.Done,
        TimerFired => StaleKind.Timer,
        ConnectionMissing or ConnectionFound or ServiceBack => StaleKind.Look,
        RunMissing or CalledUp or AttemptDue or AttemptAdmitted or AttemptStalled or AttemptFound or AttemptUnlooked or AttemptSent => StaleKind.Run,
        _ => StaleKind.Request,
    };

    // Of a run that ended with an attach while its first webhook was on its way.
    static RunOutcome OutcomeOf(SessionEvent @event, AppSession before, AppSession after) => @event switch
    {
        AttemptFound or AttemptUnlooked => RunOutcome.NotNeeded,
        _ when after.Tally.FalseResurrections > before.Tally.FalseResurrections => RunOutcome.False,
        _ => RunOutcome.Succeeded,
    };

    static RunOutcome OutcomeOf(int sent, AppSession before, AppSession after) => after.State switch
    {
        AppState.Running when sent == 0 => RunOutcome.NotNeeded,
        AppState.Running when after.Tally.FalseResurrections > before.Tally.FalseResurrections => RunOutcome.False,
        AppState.Running => RunOutcome.Succeeded,
        AppState.GracePeriod => sent > 0 && after.Tally.FalseResurrections > before.Tally.FalseResurrections ? RunOutcome.False : RunOutcome.Held,
        AppState.Evicted => RunOutcome.Evicted,
        AppState.Stopping or AppState.Stopped => RunOutcome.Stopped,
        AppState.Dormant => RunOutcome.Dormant,
        _ => RunOutcome.Restarted,
    };
}
