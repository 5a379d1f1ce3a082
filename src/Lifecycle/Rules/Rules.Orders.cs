namespace Lifecycle;

/// <content>What a run orders, and what it asks the app's gate.</content>
public static partial class Rules
{
    static StartRun StartOf(Turn turn, ResurrectionRun run, RunOrder order) => new(
        run.Id, run.Reason, turn.Before.CorrelationId ?? "", order, turn.Policy.WebhookTimeoutMs, turn.Before.Trace, run.Driver);

    static AskGate AskFor(Turn turn, ResurrectionRun run, bool foreground) =>
        new(AskOf(turn, run, foreground), run.DueAt > turn.Now ? run.DueAt : null);

    static RunOrder WaitOrder(ResurrectionRun run) => RunOrder.WaitUntil(run.DueAt, run.Driver);

    static RunOrder AskOrder(Turn turn, ResurrectionRun run) =>
        RunOrder.AskFor(AskOf(turn, run, turn.Before.Foreground), run.DueAt > turn.Now ? run.DueAt : null, run.Driver);

    static AdmissionAsked AskOf(Turn turn, ResurrectionRun run, bool foreground) =>

        // What is started afresh is not lost, whatever it was before.
        new(WebhookId(turn, run.Id, run.Attempt + 1), run.Reason, foreground, run.Reason == RunReason.Resurrection ? turn.Before.LostAt : null, run.Ticket, run.InVain)
        {
            SessionId = turn.Id.SessionId,
            RunId = run.Id,
            Driver = run.Driver,
            Since = run.BeganAt,
            DueAt = run.DueAt > turn.Now ? run.DueAt : turn.Now,
            Loop = LoopOf(turn.Before, run),
        };

    static string WebhookId(Turn turn, string runId, int attempt) => StableHash.Name("wh_", turn.Id, $"{runId}|{attempt}");

    static RunOrder OrderOf(Turn turn, ResurrectionRun run) => run.Phase switch
    {
        RunPhase.Asking => AskOrder(turn, run),
        RunPhase.Sending => SendOrder(turn, run),
        _ => WaitOrder(run),
    };
}
