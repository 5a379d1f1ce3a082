namespace Lifecycle.Scenarios;

/// <summary>What must hold of the remembered decisions of every session, whatever was played: each of them can be made again, and it is exactly the same.</summary>
static class HistoryVerdicts
{
    /// <summary>How many sessions of a scenario are looked at: each has some thirty decisions, and all are made again.</summary>
    public const int Most = 100;

    public static IEnumerable<string> Check(AppSessionId id, SessionSnapshot? session, History? history)
    {
        if (session is null || history is null)
        {
            yield break;
        }

        var decisions = history.Read();
        foreach (var decision in decisions.Where(decision => decision.Replays(id) != true))
        {
            yield return $"history of {id}: {decision.EventName} at {decision.At:HH:mm:ss.fff} ({decision.From} -> {decision.To}, {decision.Outcome.Reason}) is not what the rules decide on it again";
        }

        if (decisions is not [.., var last] || last.To != session.State)
        {
            yield return $"history of {id}: its last state is not {session.State}";
        }

        if (history.Recent.Length + history.Blocks.Sum(block => block.Length) is var length && length > 2 * History.MostState)
        {
            yield return $"history of {id}: takes {length} characters";
        }
    }
}
