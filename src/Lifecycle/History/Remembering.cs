namespace Lifecycle;

/// <summary>Which decisions a history keeps.</summary>
static class Remembering
{
    /// <summary>
    /// Whether it is kept: what moved the session, refused something, came late, or changed what it waits for. Not what a session that is well does all day.
    /// </summary>
    public static bool Is(AppSession before, SessionEvent @event, Decision decision) =>
        decision.Effects.Any(effect => effect is PublishTransition or DeadLetter or LoseMessage or ReportDeaf or HeldBack)
        || (!IsTraffic(@event) && (Changes(before, decision.Session) || IsTelling(decision.Outcome)));

    static bool IsTraffic(SessionEvent @event) => @event
        is MessagePosted or MessagesDone or MessageUndelivered or SubscriptionsReplaced or GroupsDue or OffRoll or GroupsUnrestored or ConnectionUnclosed
        or TimerFired { Kind: TimerKind.Mend or TimerKind.Chores or TimerKind.Deaf };

    // Its effects on what the session waits for, not how often it was counted.
    static bool Changes(AppSession before, AppSession after) =>
        (before.Run, before.Deadline, before.Evidence, before.Away, before.Released, before.StartPending) !=
        (after.Run, after.Deadline, after.Evidence, after.Away, after.Released, after.StartPending)
        || (before.Attachment?.ConnectionId, before.Foreground, before.Predecessor) != (after.Attachment?.ConnectionId, after.Foreground, after.Predecessor);

    static bool IsTelling(Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Refused => true,
        OutcomeKind.Ignored => outcome.Reason is not (Reasons.Duplicate or Reasons.Nothing or Reasons.RunOver or Reasons.TimerEarly),
        _ => outcome.Reason is Reasons.Stable or Reasons.TimerEarly,
    };
}
