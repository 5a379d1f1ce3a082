namespace Lifecycle.Scenarios;

/// <summary>A loss that ended, or a session that was given up, as its trail tells it.</summary>
/// <param name="Id">The session.</param>
/// <param name="From">When it was lost, as far as the trail goes back.</param>
/// <param name="Until">When it ended.</param>
/// <param name="Verdict">Whose fault it was, as the rules say.</param>
/// <param name="Reason">How it ended.</param>
/// <param name="Truth">Whose fault it can have been, as the scenario knows.</param>
sealed record LossSeen(AppSessionId Id, DateTimeOffset From, DateTimeOffset Until, Blame Verdict, string Reason, IReadOnlySet<Blame> Truth);

/// <summary>Holds the verdict on every loss to the truth that the scenario knows: one of its disturbances, or unknown.</summary>
static class BlameVerdicts
{
    public static IEnumerable<string> Check(IEnumerable<LossSeen> losses) => losses
        .Where(loss => loss.Verdict != Blame.Unknown && !loss.Truth.Contains(loss.Verdict))
        .GroupBy(loss => (loss.Verdict, loss.Reason, Truth: Names(loss.Truth)))
        .Select(group => $"blame: {group.Count()} losses were said to be the fault of {group.Key.Verdict.WireName()} ({group.Key.Reason}), and were of {group.Key.Truth}; one is {group.First().Id}, lost at {group.First().From:HH:mm:ss.f}, until {group.First().Until:HH:mm:ss.f}");

    /// <summary>The losses in a session's trail.</summary>
    public static IEnumerable<LossSeen> In(AppSessionId id, SessionSnapshot? session, Disturbances truth)
    {
        TrailStep? lost = null;
        var last = AppState.None;
        foreach (var step in session?.Trail ?? [])
        {
            var ends = step.State is AppState.Running or AppState.Evicted && last != AppState.Running;
            lost = step.State == AppState.GracePeriod && last == AppState.Running ? step : lost ?? step;
            if (ends && last is not (AppState.None or AppState.Starting))
            {
                var wasFound = lost.State != AppState.GracePeriod || lost.Reason == Reasons.ConnectionMissing;
                yield return new LossSeen(id, lost.At, step.At, step.Blame, step.Reason, truth.CausesOf(id, lost.At, step.At, wasFound));
            }

            (lost, last) = (ends ? null : lost, step.State);
        }
    }

    static string Names(IEnumerable<Blame> blames) => string.Join(" and ", blames.Order().Select(blame => blame.WireName())) is { Length: > 0 } names ? names : "nobody";
}
