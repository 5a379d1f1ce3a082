using System.Globalization;
using System.Text.Json;
using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>How fast a large fleet is asked: the first page of its sessions by each kind of filter, all of them, and what is known of it as a whole.</summary>
sealed class FleetBench : IBench
{
    const int Times = 15;

    static readonly TimeSpan firstPage = TimeSpan.FromMilliseconds(300);

    public string Name => "fleet";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = quick ? 10_000 : 100_000;
        progress($"{count} sessions, written into the store");
        // The sessions' sockets are of no service: nobody may ask for them.
        using var host = await ServerProcess.HostAsync(folder => FilledStore.MakeAsync(folder, count), "--Lifecycle:Reconciliation:MaxQuestionsPerSweep=1");
        using var http = new HttpClient { BaseAddress = host.Api };
        var figures = new List<Figure>();
        foreach (var (what, query) in Filters())
        {
            progress(what);
            figures.Add(await FirstPageAsync(http, what, query));
        }

        progress("all pages");
        figures.Add(await AllPagesAsync(http, count));
        progress("the fleet");
        await Clock.UntilAsync("a sweep", async () => (await ReadAsync(http, "/api/fleet")).GetProperty("total").GetInt32() == count, TimeSpan.FromSeconds(120));
        figures.Add(await MeasureAsync(http, "GET /api/fleet", "/api/fleet", page => $"{page.GetProperty("total").GetInt32():N0} sessions"));
        var sweep = (await ReadAsync(http, "/api/fleet")).GetProperty("platform").GetProperty("sweep").GetProperty("tookMs").GetInt32();
        figures.Add(new("a sweep that counts", Figure.Text($"{sweep:N0} ms")));
        return figures;
    }

    static IEnumerable<(string What, string Query)> Filters()
    {
        var hourAgo = TimeProvider.System.GetUtcNow().AddHours(-3).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        yield return ("everything", "");
        yield return ("everything, 500 at once", "limit=500");
        yield return ("one state (1 %)", "state=EVICTED");
        yield return ("two states (4 %), 500 at once", "state=BACKOFF,GRACE_PERIOD&limit=500");
        yield return ("one app of 40", "package=com.example.app07");
        yield return ("apps that begin alike", "package=com.example.app0*");
        yield return ("users that begin alike", "session=user-0001*");
        yield return ("one user", "session=user-000123");
        yield return ("whose fault", "blame=network");
        yield return ("whose fault, of one app, in one state (0.03 %)", "blame=network&package=com.example.app07&state=EVICTED");
        yield return ("in their state since", $"since={hourAgo}");
        yield return ("nobody", "package=com.example.nobody");
    }

    static Task<Figure> FirstPageAsync(HttpClient http, string what, string query) => MeasureAsync(http, $"first page: {what}", $"/api/app-sessions?{query}", page => Figure.Text(
        $"{page.GetProperty("items").GetArrayLength():N0} found in {page.GetProperty("looked").GetInt32():N0} rows"));

    static async Task<Figure> MeasureAsync(HttpClient http, string what, string path, Func<JsonElement, string> said)
    {
        var times = new List<TimeSpan>();
        var page = await ReadAsync(http, path);
        for (var i = 0; i < Times; i++)
        {
            var start = Clock.Now;
            page = await ReadAsync(http, path);
            times.Add(Clock.Since(start));
        }

        var (median, worst) = (Percentiles.Of(times).P50, times.Max());
        return new(
            what,
            Figure.Text($"median {median.TotalMilliseconds:0.0} ms, slowest {worst.TotalMilliseconds:0.0} ms; {said(page)}"),
            Aim: Figure.Text($"under {firstPage.TotalMilliseconds:0} ms: {Figure.Verdict(worst < firstPage)}"));
    }

    // Of a filter that hardly anybody meets: nothing but reading.
    static async Task<Figure> AllPagesAsync(HttpClient http, int count)
    {
        const string Path = "/api/app-sessions?state=EVICTED&package=com.example.app07&limit=500";
        var (start, pages, found, looked) = (Clock.Now, 0, 0, 0);
        for (string? cursor = ""; cursor is not null; pages++)
        {
            var page = await ReadAsync(http, $"{Path}&cursor={cursor}");
            found += page.GetProperty("items").GetArrayLength();
            looked += page.GetProperty("looked").GetInt32();
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        return looked == count
            ? new("all pages: one app in one state", Figure.Text($"{Clock.Since(start).TotalSeconds:0.00} s in {pages} calls; {found:N0} found in {looked:N0} rows"))
            : throw new InvalidOperationException($"{looked} of {count} rows were looked at.");
    }

    static async Task<JsonElement> ReadAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync());
    }
}
