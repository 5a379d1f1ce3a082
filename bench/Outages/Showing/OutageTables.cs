using System.Text;
using Lifecycle.Bench.Outages.Playing;
using Lifecycle.Bench.Outages.Strategies;

namespace Lifecycle.Bench.Outages.Showing;

/// <summary>The results as Markdown.</summary>
static class OutageTables
{
    /// <summary>Everything that was measured, a line for each trace and strategy.</summary>
    public static string Full(IReadOnlyList<OutageResult> results)
    {
        var text = new StringBuilder()
            .Append("| outage | strategy | webhooks | refused | while down | peak per second | to 50 % | to 95 % | to 100 % | not running at the end | false resurrections | given up |\n")
            .Append("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var r in results)
        {
            string[] cells =
            [
                r.Trace.Name, r.Strategy, Texts.Count(r.Webhooks.Count), Texts.Count(r.WebhooksRefused), Texts.Count(r.WebhooksWhileDown),
                Texts.Count(r.PeakPerSecond), r.TimeTo(0.5), r.TimeTo(0.95), r.TimeTo(1), Texts.Percent(r.DeadShare),
                Texts.Count(r.FalseResurrections), Texts.Count(r.GivenUp.Count),
            ];
            text.Append($"| {string.Join(" | ", cells)} |\n");
        }

        return text.ToString();
    }

    /// <summary>A line for each trace, the strategies side by side.</summary>
    public static string Compact(IReadOnlyList<OutageResult> results)
    {
        var text = new StringBuilder()
            .Append($"| {string.Join(" / ", Contender.All.Select(c => c.Name))} | webhooks | while down | peak per second | 95 % running after | false resurrections | not running at the end |\n")
            .Append("|---|---|---|---|---|---|---|\n");
        foreach (var trace in results.GroupBy(r => r.Trace))
        {
            string[] cells =
            [
                trace.Key.Name,
                Side(trace, r => Texts.Count(r.Webhooks.Count)),
                Side(trace, r => Texts.Count(r.WebhooksWhileDown)),
                Side(trace, r => Texts.Count(r.PeakPerSecond)),
                trace.Key.UpMs is null ? "–" : Side(trace, r => r.TimeTo(0.95)),
                Side(trace, r => Texts.Count(r.FalseResurrections)),
                Side(trace, r => Texts.Percent(r.DeadShare)),
            ];
            text.Append($"| {string.Join(" | ", cells)} |\n");
        }

        return text.ToString();
    }

    /// <summary>What the traces and the strategies are.</summary>
    public static string Legend(IEnumerable<OutageTrace> traces)
    {
        var text = new StringBuilder("| outage | what happens |\n|---|---|\n");
        foreach (var trace in traces)
        {
            text.Append($"| {trace.Name} | {trace.About} |\n");
        }

        text.Append("\n| strategy | what it does |\n|---|---|\n");
        foreach (var contender in Contender.All)
        {
            text.Append($"| {contender.Name} | {contender.About} |\n");
        }

        return text.ToString();
    }

    static string Side(IEnumerable<OutageResult> results, Func<OutageResult, string> cell) => string.Join(" / ", results.Select(cell));
}
