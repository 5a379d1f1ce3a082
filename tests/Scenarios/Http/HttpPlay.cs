using System.Globalization;

namespace Lifecycle.Scenarios.Http;

/// <summary>Plays scenarios against a host that is already there, and judges them by what can be seen from outside.</summary>
sealed class HttpPlay(HttpArguments arguments, TimeProvider time)
{
    // A start has six operations and their answers one after the other, and so has a restart; a reconnect has one.
    const int WaysOfRestart = 6;

    static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    /// <summary>Plays one scenario in real time. Cleans up, however it ends.</summary>
    public Task<HttpResult> RunAsync(Scenario scenario, CancellationToken cancellation) => OneThread.RunAsync(async thread =>
    {
        await using var world = new HttpWorld(arguments, thread, time);
        var lag = new EngineLag(world.Api, time);
        using var over = new CancellationTokenSource();
        var watching = lag.WatchAsync(over.Token);
        var run = new ScenarioRun(scenario, world, TimingKind.Exact)
        {
            Judge = report => Judge(scenario, report, world, lag),
            Patience = patience,
        };
        var report = await run.PlayAsync().WaitAsync(cancellation);
        await over.CancelAsync();
        await watching;
        return new HttpResult(report, run.Waited, lag.Most, lag.NotReady, AllowedMs(report, lag));
    });

    double AllowedMs(ScenarioReport report, EngineLag lag) =>
        ((report.ResurrectionWebhooks > 0 ? WaysOfRestart : 1) * lag.Most.TotalMilliseconds) + arguments.AllowMs;

    IEnumerable<string> Judge(Scenario scenario, ScenarioReport report, HttpWorld world, EngineLag lag)
    {
        foreach (var failure in new Verdicts(scenario.Expect, (AllowedMs(report, lag), scenario.Later.MorePerSecond), report) { PostsOverlap = true }.Check())
        {
            yield return failure;
        }

        if (scenario.Expect.FalseResurrections is { } range && !range.Holds(report.RestartsOfLiving))
        {
            yield return $"restarts asked of a process that lived and had the session: expected {range}, were {report.RestartsOfLiving}";
        }

        if (world.UnsignedWebhooks > 0)
        {
            yield return $"{world.UnsignedWebhooks} webhooks were not signed with the app's secret";
        }
    }
}

/// <summary>What came of a scenario.</summary>
/// <param name="Report">What was seen.</param>
/// <param name="Waited">How long the starts took beyond the time that the file gives them.</param>
/// <param name="EngineLag">The most that the host's engine was behind meanwhile.</param>
/// <param name="NotReady">How often the host's health was not good meanwhile.</param>
/// <param name="AllowedMs">By how much recoveries were allowed to be later.</param>
sealed record HttpResult(ScenarioReport Report, TimeSpan Waited, TimeSpan EngineLag, int NotReady, double AllowedMs)
{
    public string Numbers => string.Create(
        CultureInfo.InvariantCulture,
        $"{Report.Numbers}  restarts-of-living={Report.RestartsOfLiving}  engine-lag max={EngineLag.TotalMilliseconds:0} ms{(NotReady > 0 ? $", not ready {NotReady} times" : "")}, recoveries allowed +{AllowedMs:0} ms{(Waited > TimeSpan.Zero ? $", starts waited for {Waited.TotalSeconds:0.0} s" : "")}");
}
