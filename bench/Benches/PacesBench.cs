using Lifecycle.Bench.Outages.Showing;
using Lifecycle.Bench.Paces;
using Lifecycle.Bench.Results;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// Ways to choose the pace of an app that is up again, at apps that take a crowd in different ways, on virtual time. Prints the whole table and, unless it is
/// quick, writes it into the repository.
/// </summary>
sealed class PacesBench : IBench
{
    const double Share = 0.95;

    static readonly MarkedText paces = new("paces");

    public string Name => "paces";

    public Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var sessions = quick ? 100 : 1_000;
        var played = PacedApp.All.SelectMany(app => PaceContender.All.Select(contender => (Contender: contender, Result: PacePlay.Play(app, contender.Begin, sessions)))).ToList();
        var table = PaceTable.Of(played);
        Console.WriteLine(table);
        if (!quick)
        {
            paces.Replace(Path.Combine(MarkedText.Root(), "bench", "paces.md"), $"{PaceTable.Legend()}\n{table}");
            progress("wrote bench/paces.md");
        }

        return Task.FromResult<IReadOnlyList<Figure>>([.. played.GroupBy(one => one.Result.App).SelectMany(Compare)]);
    }

    static IEnumerable<Figure> Compare(IGrouping<PacedApp, (PaceContender Contender, PaceResult Result)> app)
    {
        var before = app.Single(one => one.Contender.Name == "fixed 20").Result.To(Share)!.Value;
        foreach (var (contender, result) in app.Where(one => one.Contender.Begin is not FixedPace))
        {
            var what = $"{app.Key.Name}: 95 % running, {contender.Name}";
            yield return result.To(Share) is { } time ? new Figure(what, Texts.Seconds(time), $"{Texts.Seconds(before)} fixed 20", Figure.Text($"{time / before:0.00}")) : new Figure(what, "never");
        }
    }
}
