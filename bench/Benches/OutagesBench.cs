using Lifecycle.Bench.Outages;
using Lifecycle.Bench.Outages.Playing;
using Lifecycle.Bench.Outages.Showing;
using Lifecycle.Bench.Outages.Strategies;
using Lifecycle.Bench.Results;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// The same outages played against the simple version, backoff without incidents, and Lifecycle's rules, on virtual time. Prints the
/// whole table and, unless it is quick, writes tables and plot into the repository.
/// </summary>
sealed class OutagesBench : IBench
{
    public string Name => "outages";

    public Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var results = new List<OutageResult>();
        foreach (var trace in Traces.All(quick))
        {
            progress(trace.Name);
            results.AddRange(Contender.All.Select(contender => TracePlayer.Play(trace, contender)));
        }

        Console.WriteLine(OutageTables.Full(results));
        if (!quick)
        {
            progress($"wrote {string.Join(", ", OutageFiles.Write(results))}");
        }

        return Task.FromResult<IReadOnlyList<Figure>>([.. results.GroupBy(r => r.Trace).SelectMany(Compare)]);
    }

    static IEnumerable<Figure> Compare(IGrouping<OutageTrace, OutageResult> trace)
    {
        var simple = trace.Single(r => r.Strategy == Contender.Simple.Name);
        foreach (var result in trace.Where(r => r != simple))
        {
            yield return Count($"{trace.Key.Name}: webhooks, {result.Strategy}", result.Webhooks.Count, simple.Webhooks.Count);
            yield return Count($"{trace.Key.Name}: most within a second, {result.Strategy}", result.PeakPerSecond, simple.PeakPerSecond);
        }
    }

    static Figure Count(string what, int measured, int baseline) =>
        new(what, Texts.Count(measured), $"{Texts.Count(baseline)} simple", Figure.Text($"{measured / (double)baseline:0.00}"));
}
