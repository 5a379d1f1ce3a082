using System.Globalization;
using System.Text;

namespace Lifecycle.Simulator.Reports;

/// <summary>
/// Which grace window is the best one for a distribution of reconnect times. What a window costs is the time for which sessions wait though all is well again, and so many
/// seconds for each false resurrection; windows are compared day by day, so that what a day brings does not count.
/// </summary>
sealed class GraceReport
{
    /// <summary>The window that is in force by default.</summary>
    const int DefaultMs = 6_000;

    // Two standard errors: one in twenty is further off.
    const double Sure = 1.96;

    readonly Contest contest;
    readonly double secondsForFalse;

    public GraceReport(Contest contest, double secondsForFalse)
    {
        (this.contest, this.secondsForFalse) = (contest, secondsForFalse);
        Costs = [.. Enumerable.Range(0, Contenders.Count).Select(n => Cost(contest.Sum(n)))];
        Best = Enumerable.Range(0, Contenders.Count).MinBy(n => Costs[n]);
    }

    /// <summary>Windows from 5 to 8 s.</summary>
    public static IReadOnlyList<Contender> Contenders { get; } =
        [.. Enumerable.Range(0, 13).Select(n => 5_000 + (n * 250)).Select(ms => new Contender($"{ms / 1000.0:0.00}", new PolicyOverrides { ReconnectGraceMs = ms }))];

    /// <summary>What each costs, in seconds a session-day.</summary>
    public IReadOnlyList<double> Costs { get; }

    /// <summary>The best one.</summary>
    public int Best { get; }

    double Cost(Figures f) => ((f.WaitedMs / 1000) + (secondsForFalse * f.False)) / f.SessionDays;

    /// <summary>By how much one is better than another, in seconds a session-day, and how far off that can be.</summary>
    public (double Mean, double Within) Gain(int than, int one)
    {
        var gains = contest.Days[than].Zip(contest.Days[one], (a, b) => Cost(a) - Cost(b)).ToList();
        var mean = gains.Average();
        var variance = gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Count - 1);
        return (mean, Sure * Math.Sqrt(variance / gains.Count));
    }

    public string Table()
    {
        var table = new StringBuilder("| grace window | waiting though all is well, s a session-day | false resurrections, of 1,000 session-days | cost, s a session-day |\n|---|---|---|---|\n");
        for (var n = 0; n < Contenders.Count; n++)
        {
            var f = contest.Sum(n);
            table.AppendLine(CultureInfo.InvariantCulture, $"| {Contenders[n].Name} s{(n == Best ? " (best)" : "")} | {f.WaitedMs / 1000 / f.SessionDays:F2} | {f.PerThousandDays(f.False):N0} | {Costs[n]:F2} |");
        }

        return table.ToString();
    }

    public string Verdict()
    {
        var now = Enumerable.Range(0, Contenders.Count).First(n => Contenders[n].Policy.ReconnectGraceMs == DefaultMs);
        var (mean, within) = Gain(now, Best);
        return string.Create(CultureInfo.InvariantCulture, $"Best of 5 to 8 s: {Contenders[Best].Name} s, which costs {mean:F2} s (give or take {within:F2}) a session-day less than the default of 6 s, {100 * mean / Costs[now]:F1} %; a false resurrection counts as {secondsForFalse:F0} s.");
    }

    public string Plot()
    {
        var names = Contenders.Select(contender => contender.Name).ToList();
        var sums = Enumerable.Range(0, Contenders.Count).Select(contest.Sum).ToList();
        return new SvgPlot("What a grace window costs")
            .Bars("seconds a session-day waiting though all is well", names, [.. sums.Select(f => f.WaitedMs / 1000 / f.SessionDays)])
            .Bars("false resurrections, of 1,000 session-days", names, [.. sums.Select(f => f.PerThousandDays(f.False))])
            .Bars("cost, in seconds a session-day", names, Costs, Best)
            .ToString();
    }
}
