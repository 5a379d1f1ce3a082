namespace Lifecycle;

/// <content>How many webhooks a second an app is sent: as its policy says, or as its answers do.</content>
public static partial class AppRules
{
    /// <summary>Webhooks per second of an app at this moment.</summary>
    /// <param name="gate">Its gate.</param>
    /// <param name="policy">Its policy.</param>
    public static double PaceOf(AppGate gate, Policy policy) => Learns(policy) && gate.Pace is { } learned ? Math.Min(learned.PerSecond, policy.PaceCeiling) : policy.PacePerSecond;

    internal static bool Learns(Policy policy) => policy.PaceCeiling >= policy.PacePerSecond;

    // An app that does not answer at all is no slow one: what is learned of it is not changed by that, and its breaker counts it.
    static AppTurn LearnPace(AppTurn turn, OutcomeReported reported) => reported is { DueAt: { } due, Result: { TookMs: { } took, IsUnheard: false } result }
        ? LearnPace(turn, new PaceAnswer(due, turn.Now, took, result.Verdict == WebhookVerdict.Accepted))
        : turn;

    // An app that accepted a webhook and did not attach took on more than it could. At which pace that was is not known: it counts for that of now.
    static AppTurn LearnOfNoAttach(AppTurn turn) => LearnPace(turn, new PaceAnswer(turn.Now, turn.Now, 0, Accepted: false));

    static AppTurn LearnPace(AppTurn turn, PaceAnswer answer)
    {
        // What fails before the app has answered since its sessions were lost is for the outage, and not for the pace.
        if (!Learns(turn.Policy) || turn.Gate.Breaker.IsOpen || (turn.Gate.LostSince is not null && !answer.Accepted))
        {
            return turn;
        }

        var known = turn.Gate.Pace ?? LearnedPace.Begin(turn.Policy.PacePerSecond, turn.Now);
        return turn.Change(g => g with { Pace = known.After(answer, g.NextSlotAt, turn.Policy.PaceCeiling, turn.Policy.PacePerSecond) });
    }

    // It was away, and has to show anew what it takes.
    static LearnedPace? PaceAnew(AppTurn turn, DateTimeOffset from) => !Learns(turn.Policy) ? null
        : turn.Gate.Pace?.Anew(turn.Policy.PacePerSecond, turn.Now, from) ?? LearnedPace.Begin(turn.Policy.PacePerSecond, from);

    // Its refusals are for the pace, and no outage.
    static bool IsSettling(AppTurn turn) => Learns(turn.Policy) && turn.Gate.Pace?.IsSettling(turn.Now, turn.Gate.AnsweredAt) == true;

    // How long it takes at the soonest until so many have gone.
    static TimeSpan SoonestFor(AppTurn turn, int count)
    {
        var isAway = turn.Gate.Breaker.IsOpen || turn.Gate.LostSince is not null;
        var pace = isAway ? PaceAnew(turn, turn.Now) : Learns(turn.Policy) ? turn.Gate.Pace ?? LearnedPace.Begin(turn.Policy.PacePerSecond, turn.Now) : null;
        return pace?.SoonestFor(count, turn.Policy.PaceCeiling) ?? turn.Interval * count;
    }
}
