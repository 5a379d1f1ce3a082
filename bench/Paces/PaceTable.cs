using System.Text;
using Lifecycle.Bench.Outages.Showing;
using Lifecycle.Bench.Results;

namespace Lifecycle.Bench.Paces;

/// <summary>The results as Markdown.</summary>
static class PaceTable
{
    /// <summary>What the apps are.</summary>
    public static string Legend()
    {
        var text = new StringBuilder("| app | how it takes a crowd |\n|---|---|\n");
        foreach (var app in PacedApp.All)
        {
            text.Append($"| {app.Name} | {app.About} |\n");
        }

        return text.ToString();
    }

    /// <summary>A line for each app and pace.</summary>
    public static string Of(IEnumerable<(PaceContender Contender, PaceResult Result)> played)
    {
        var text = new StringBuilder("| app | pace | to 50 % | to 95 % | to 100 % | webhooks | refused | above twice what it takes |\n|---|---|--:|--:|--:|--:|--:|--:|\n");
        foreach (var (contender, result) in played)
        {
            string[] cells =
            [
                result.App.Name, contender.Name, Time(result.To(0.5)), Time(result.To(0.95)), Time(result.To(1)),
                Texts.Count(result.Sent.Count), Texts.Count(result.Refused), Figure.Text($"{result.SecondsAboveTwice:0.0} s"),
            ];
            text.Append($"| {string.Join(" | ", cells)} |\n");
        }

        return text.ToString();
    }

    static string Time(TimeSpan? time) => time is { } known ? Texts.Seconds(known) : "never";
}
