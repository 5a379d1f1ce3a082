using System.Net;

namespace Lifecycle.Scenarios.Http;

/// <summary>A file in real time, with real sockets and webhooks, on a host that listens. The one place here that waits for a clock on the wall.</summary>
[Collection("real time")]
public sealed class HttpPlayTests
{
    [Fact]
    public async Task A_short_file_holds_over_HTTP_and_leaves_nothing_behind()
    {
        await using var host = await ListeningHost.StartAsync();
        var arguments = new HttpArguments { Api = host.Api, Faults = host.SignalR };
        var result = await new HttpPlay(arguments, TimeProvider.System).RunAsync(Short("socket-drop"), CancellationToken.None);

        Assert.True(result.Report.Passed, $"{string.Join("; ", result.Report.Failures)} [{result.Numbers}]");
        Assert.Equal(5, result.Report.Recoveries.Count);
        Assert.All(result.Report.Recoveries, ms => Assert.InRange(ms, 200, 2_100 + result.AllowedMs));
        Assert.Equal(0, result.Report.RestartsOfLiving);
        Assert.True(result.AllowedMs >= arguments.AllowMs);
        Assert.Equal("RUNNING=5", result.Report.States);
        await AssertGoneAsync(arguments);
    }

    [Fact]
    public async Task Where_nobody_answers_it_says_so_and_plays_nothing() =>
        Assert.Equal(2, await HttpProgram.RunAsync(["--on", "http", "--api", "http://127.0.0.1:9", "socket-drop"], [Short("socket-drop")]));

    [Fact]
    public async Task An_emulator_with_a_key_of_its_own_is_not_published_to()
    {
        await using var host = await ListeningHost.StartAsync();
        var guess = HttpArguments.Parse(["--on", "http", "--api", host.Api.AbsoluteUri, "--signalr-faults", host.SignalR.AbsoluteUri]);
        Assert.Null(await Preflight.WhatIsWrongAsync(guess));
        Assert.Null((await Preflight.WithoutWrongGuessAsync(guess)).SignalR);
        Assert.StartsWith("--signalr: ", await Preflight.WhatIsWrongAsync(guess with { IsSignalRNamed = true }));
        Assert.StartsWith("There is no SignalR emulator", await Preflight.WhatIsWrongAsync(guess with { Faults = host.Api }));
    }

    // Interrupted while its apps were attaching, it left sockets open that nobody closed; while it was starting them, it fell over its own list.
    [Theory]
    [InlineData(500)]
    [InlineData(1_000)]
    [InlineData(1_100)]
    public async Task A_play_that_is_interrupted_leaves_nothing_behind(int afterMs)
    {
        await using var host = await ListeningHost.StartAsync();
        var arguments = new HttpArguments { Api = host.Api, Faults = host.SignalR };
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(afterMs));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new HttpPlay(arguments, TimeProvider.System).RunAsync(Short("socket-drop"), soon.Token));
        await AssertGoneAsync(arguments);
    }

    // Nobody of the run is connected any more, or a moment later: on a busy machine the service notices a closed socket after its client does.
    static async Task AssertGoneAsync(HttpArguments arguments)
    {
        using var http = new HttpClient();
        var start = TimeProvider.System.GetTimestamp();
        int left;
        do
        {
            var (status, answer) = await new LifecycleApi(http, arguments.Faults!, null, TimeProvider.System).SendAsync(HttpMethod.Get, "_faults");
            Assert.Equal(HttpStatusCode.OK, status);
            left = answer.GetProperty("connections").GetInt32();
        }
        while (left > 0 && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(5));

        Assert.Equal(0, left);
    }

    // The file's own steps and verdicts, for fewer sessions and sooner.
    static Scenario Short(string name)
    {
        var file = Scenario.Load(ScenarioRunner.Files.Single(f => Path.GetFileNameWithoutExtension(f) == name));
        var five = new RangeModel(5, 5);
        return file with
        {
            Apps = [.. file.Apps.Select(app => app with { Sessions = 5 })],
            Steps = [file.Steps[0] with { Ms = 200 }, file.Steps[1] with { AtMs = 4_000 }],
            UntilMs = 9_000,
            Expect = file.Expect with { States = new Dictionary<string, int> { ["RUNNING"] = 5 }, StartWebhooks = five, Connects = five, Reconnects = five },
        };
    }
}
