namespace Lifecycle;

/// <content>Of an app whose webhooks are relayed: when somebody is there again, nobody waits for a time that was set while nobody was.</content>
public static partial class AppRules
{
    static AppDecision OnProcessConnected(AppTurn turn)
    {
        // What the processes before it asked for went with them.
        turn.Change(g => g with { ConnectedAt = turn.Now, HoldUntil = null });
        return CallConnected(turn).Done();
    }

    // At once where nobody was there to ask. Where the last one was asked and failed, that may be why it is gone: then not before the least spacing, or an
    // app that dies of each webhook would get one whenever it comes up.
    static AppTurn CallConnected(AppTurn turn)
    {
        if (turn.Gate.Breaker.IsOpen)
        {
            return CallNext(turn.Gate.Outcomes is [.., { Outcome: WebhookResult.NobodyConnected }] ? ProbeNow(turn) : ProbeSoon(turn));
        }

        return HasAnswered(turn) ? CallAll(turn, turn.Now) : CallNext(turn, turn.Policy.FirstFlight);
    }

    static AppTurn ProbeNow(AppTurn turn) => turn.Change(g => g with { Breaker = g.Breaker with { NextProbeAt = Rules.Earlier(g.Breaker.NextProbeAt, turn.Now) } });

    // It found nobody, and since it was let go somebody has come.
    static bool HasConnectedSince(AppTurn turn, DateTimeOffset? admittedAt, WebhookResult result) =>
        result.IsNobodyThere && admittedAt is { } at && turn.Gate.ConnectedAt >= at;

    static DateTimeOffset? AdmittedAt(AppGate gate, string webhookId) =>
        (FlightOf(gate, webhookId) ?? gate.Granted.FirstOrDefault(slot => slot.WebhookId == webhookId))?.At;
}
