namespace Lifecycle;

public static partial class AppRules
{
    // Stops have a clock of their own at the app's pace: however many there are, they hold up nobody who wants the app. Nobody is waited for, so
    // an app that is away is told once and no more.
    static AppDecision OnStopAsked(AppTurn turn, StopAsked ask)
    {
        var isFirst = ask.Tried == 0 || IsFirst(turn, $"{ask.WebhookId}/{ask.Tried}");
        if (isFirst && ask.Last is { IsUnheard: true } last)
        {
            // Whether anybody listens at the app's address is the same for every webhook; what is answered to a stop is a matter of stops.
            CountFailure(turn, last.Detail);
        }

        if (ask.Tried > 0 && (turn.Gate.Breaker.IsOpen || !NoticeSchedule.IsTriedAgain(ask.Tried, NoticeSchedule.StopTries, ask.Last)))
        {
            turn.Count(t => t with { StopsDropped = t.StopsDropped + (isFirst ? 1 : 0) });
            return turn.Done(Admission.Refuse(turn.Now, turn.Gate.Breaker.IsOpen ? Reasons.AppUnreachable : Reasons.AttemptFailed));
        }

        var (slot, next) = Pacer.Take(turn.Gate.NextStopAt, turn.Now, turn.Policy.PacePerSecond, burst: 1);
        turn.Change(g => g with { NextStopAt = next });
        return turn.Done(Admission.Go(slot));
    }
}
