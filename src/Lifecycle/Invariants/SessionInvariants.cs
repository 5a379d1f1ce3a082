using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>
/// Judges one decision on an app session by what must hold after every one of them (DESIGN section 2). Pure, and apart from the rules: it looks at states, event and effects only, and
/// asks no rule whether it was right. What a state had broken before is not held against the decisions after it, so that each defect is told where it was made.
/// </summary>
public static partial class SessionInvariants
{
    /// <summary>What a decision broke; empty for one that is right. Takes microseconds, and makes nothing when nothing is broken.</summary>
    /// <param name="before">The session before it; <see cref="AppSession.None"/> when there was none.</param>
    /// <param name="event">What happened.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="policy">The policy that it was decided under.</param>
    public static ImmutableArray<BrokenInvariant> Broken(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy)
    {
        var judged = new SessionCase(before, @event, decision, now, policy);
        StaleMovesNothing(judged);
        StateIsKeptOrClean(judged);
        AttachIsRightful(judged);
        StopHolds(judged);
        SubscriptionsAreReconciled(judged);
        UnfinishedIsGiven(judged);
        EffectsFit(judged);
        RunFits(judged);
        AttachmentFits(judged);
        EpochRises(judged);
        TimersFit(judged);
        MailboxFits(judged);
        WorldIsTold(judged);
        MemoryStaysSmall(judged);
        return judged.Found;
    }

    static void StopHolds(SessionCase judged)
    {
        var (before, after) = (judged.Before, judged.After);
        if (judged.Event is StopRequested && !SessionCase.IsAtRest(after.State))
        {
            judged.Break(Invariants.StopWins, $"A stop was asked for in {before.State.WireName()}, and the session is {after.State.WireName()}.");
        }

        // A token of the hub says the same as a connected event.
        var isAllowed = judged.Event switch
        {
            StartRequested or CarriedOver => true,
            Connected or HubCall => judged.Policy.AllowUnsolicited && before.State != AppState.Stopping,
            _ => false,
        };
        if (SessionCase.IsAtRest(before.State) && !SessionCase.IsAtRest(after.State) && !isAllowed && !before.StartPending)
        {
            judged.Break(Invariants.StopWins, $"{NameOf(judged.Event)} made {after.State.WireName()} of {before.State.WireName()}, and nobody had asked for a start.");
        }
    }

    static void SubscriptionsAreReconciled(SessionCase judged)
    {
        var before = judged.Before;
        if (judged.Event is not SubscriptionsReplaced replaced || before.State != AppState.Running || before.Attachment?.ConnectionId != replaced.ConnectionId)
        {
            return;
        }

        var after = judged.After.Subscriptions;
        var isCurrent = replaced.Replaces == before.Subscriptions.Version;
        if (isCurrent ? after.Version != before.Subscriptions.Version + 1 || after.Streams.Length != replaced.Streams.Distinct().Count() : !after.Equals(before.Subscriptions))
        {
            judged.Break(
                Invariants.SubscriptionsByVersion,
                $"A set of {replaced.Streams.Length} in place of version {replaced.Replaces} came at version {before.Subscriptions.Version}, and made {after.Streams.Length} at version {after.Version}.");
        }
    }

    static void WorldIsTold(SessionCase judged)
    {
        var (before, after, told) = (judged.Before, judged.After, (PublishTransition?)null);
        foreach (var effect in judged.Decision.Effects)
        {
            told = effect as PublishTransition ?? told;
        }

        // Nobody waits for word of a session that is forgotten.
        var isTold = told is null ? after.State == before.State || after.State == AppState.None : (told.To, told.Epoch) == (after.State, after.Epoch);
        if (!isTold)
        {
            judged.Break(
                Invariants.TransitionIsTold,
                $"The session went from {before.State.WireName()} to {after.State.WireName()} in epoch {after.Epoch}, and the last word of it is {told?.To.WireName() ?? "none"} in epoch {told?.Epoch}.");
        }
    }

    static void MemoryStaysSmall(SessionCase judged)
    {
        var (before, after) = (judged.Before, judged.After);
        Within(judged, "closed connections", before.Closed.Length, after.Closed.Length, AppSession.RememberedClosed);
        Within(judged, "replaced processes", before.Replaced.Length, after.Replaced.Length, AppSession.RememberedReplaced);
        Within(judged, "transitions", before.Trail.Length, after.Trail.Length, AppSession.RememberedSteps);
        Within(judged, "answers to messages", before.Mailbox.Receipts.Length, after.Mailbox.Receipts.Length, Mailbox.RememberedReceipts);
        Within(judged, "messages given up", before.Mailbox.GivenUp.Length, after.Mailbox.GivenUp.Length, Mailbox.RememberedGivenUp);
        Within(judged, "connections to close", before.Chores.Closes.Length, after.Chores.Closes.Length, Chores.MostCloses);
        Within(judged, "attempts", before.Run?.LastAttempts.Length ?? 0, after.Run?.LastAttempts.Length ?? 0, ResurrectionRun.RememberedAttempts);
    }

    static void Within(SessionCase judged, string what, int before, int after, int most)
    {
        if (after > most && after > before)
        {
            judged.Break(Invariants.MemoryIsBounded, $"{after} {what} are remembered, and {most} at most should be.");
        }
    }

    static string NameOf(SessionEvent @event) => @event.GetType().Name;
}
