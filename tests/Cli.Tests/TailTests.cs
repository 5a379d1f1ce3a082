using System.Net.Http.Json;
using System.Text.Json;
using Lifecycle.Cli.Tests.Support;
using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>Transitions as they happen.</summary>
[Collection(nameof(HostCollection))]
public sealed class TailTests(HostFixture host)
{
    [Fact]
    public async Task Tail_SessionStarts_ShowsItsTransitionsAndNoOthers()
    {
        await using var tail = await ListeningAsync("--session", "tail-1*", "--count", "2");

        await host.RunSessionAsync("tail-2");
        await host.RunSessionAsync("tail-1");

        Assert.Equal(ExitCode.Done, await tail.EndAsync());
        var lines = tail.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains($"tail-1 {HostFixture.Package}  NONE → STARTING  start_requested", lines[0]);
        Assert.Contains("STARTING → RUNNING", lines[1]);
    }

    [Fact]
    public async Task Tail_Json_IsALineForEach()
    {
        await using var tail = await ListeningAsync("--session", "tail-json", "--state", "RUNNING", "--count", "1", "--json");

        await host.RunSessionAsync("tail-json");

        Assert.Equal(ExitCode.Done, await tail.EndAsync());
        Golden.Match("tail.json", JsonSerializer.Deserialize<JsonElement>(tail.Out));
    }

    [Fact]
    public async Task Tail_StreamIsInterrupted_SaysSoAndComesBack()
    {
        await using var tail = await ListeningAsync("--session", "tail-back", "--count", "1");
        using var http = new HttpClient();

        using var dropped = await http.PostAsJsonAsync(new Uri(host.SignalR, "/_faults/drop"), new { hub = "console" });
        dropped.EnsureSuccessStatusCode();
        await Eventually.HoldsAsync("the stream to be back", () => tail.Error.Contains("The stream is back."));
        await host.RunSessionAsync("tail-back");

        Assert.Equal(ExitCode.Done, await tail.EndAsync());
        Assert.Contains("The stream is interrupted", tail.Error);
        Assert.Contains("lifecycle sessions --since 20", tail.Error);
    }

    [Fact]
    public async Task Tail_CtrlC_EndsItAndIsNoFailure()
    {
        await using var tail = await ListeningAsync();

        tail.Interrupt();

        Assert.Equal(ExitCode.Done, await tail.EndAsync());
    }

    [Fact]
    public async Task Tail_HostWithoutStream_Is1AndSaysThatItIsOlder()
    {
        await using var old = await FakeHost.StartAsync(_ => FakeAnswer.Problem(404, "unknown_call", "There is no such call."));

        var result = await new CommandLine { Url = old.Url }.RunAsync("tail");

        Assert.Equal(ExitCode.No, result.Code);
        Assert.Contains("earlier version", result.Error);
    }

    async Task<RunningCall> ListeningAsync(params string[] args)
    {
        var tail = new RunningCall(host.Cli, ["tail", .. args]);
        await Eventually.HoldsAsync("tail to listen", () => tail.Error.Contains("Listening"));
        return tail;
    }
}
