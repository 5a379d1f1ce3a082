using System.Text.Json;
using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>Many at once: counted, asked for, followed.</summary>
public sealed class BulkTests
{
    const string Forecast = "{\"action\":\"revive\",\"dryRun\":true,\"matched\":12,\"looked\":40,\"complete\":true,\"sample\":[\"s1:p\",\"s2:p\"]}";
    const string Over = "{\"bulkId\":\"b1\",\"action\":\"revive\",\"state\":\"done\",\"looked\":40,\"done\":12,\"failed\":0,\"errors\":[]}";

    static readonly string[] line = ["revive", "--all-matching", "--state", "EVICTED"];

    static FakeAnswer Answer(FakeRequest request) => request switch
    {
        { Path: "/api/app-sessions/revive", Body: var body } when body.Contains("\"dryRun\":true") => new(200, Forecast),
        { Path: "/api/app-sessions/revive" } => new(202, "{\"bulkId\":\"b1\"}"),
        { Path: "/api/bulk/b1" } => new(200, Over),
        _ => new(404, ""),
    };

    [Theory]
    [InlineData("y", true)]
    [InlineData("n", false)]
    [InlineData("", false)]
    public async Task Bulk_Asked_IsDoneOnlyAfterYes(string typed, bool done)
    {
        await using var host = await FakeHost.StartAsync(Answer);

        var result = await new CommandLine { Url = host.Url, Typed = typed }.RunAsync(line);

        Assert.Equal(done ? ExitCode.Done : ExitCode.No, result.Code);
        Assert.StartsWith("12 app sessions are meant.\n  s1:p\n  s2:p\n  … and 10 more\n", result.Out);
        Assert.Contains("Revive them? [y/N]", result.Error);
        Assert.Equal(done, result.Out.Contains("done: 12 told."));
        Assert.Equal(done ? 3 : 1, host.Requests.Count);
        Assert.Equal("{\"filter\":{\"state\":[\"EVICTED\"]},\"dryRun\":true}", host.Requests.First().Body);
    }

    [Fact]
    public async Task Bulk_NobodyToAsk_IsCountedAndSaysWhichOptionDoesIt()
    {
        await using var host = await FakeHost.StartAsync(Answer);

        var result = await new CommandLine { Url = host.Url }.RunAsync(line);

        Assert.Equal(ExitCode.BadUsage, result.Code);
        Assert.Contains("--yes", result.Error);
        Assert.Single(host.Requests);
    }

    [Fact]
    public async Task Bulk_JsonWithoutYes_IsTheCount()
    {
        await using var host = await FakeHost.StartAsync(Answer);

        Assert.Equal(Forecast + "\n", (await new CommandLine { Url = host.Url }.DoneAsync([.. line, "--json"])).Out);
        Assert.Equal(Forecast + "\n", (await new CommandLine { Url = host.Url }.DoneAsync([.. line, "--json", "--yes", "--dry-run"])).Out);
        Assert.All(host.Requests, request => Assert.True(JsonDocument.Parse(request.Body).RootElement.GetProperty("dryRun").GetBoolean()));
    }

    [Fact]
    public async Task Bulk_JsonWithYes_IsHowItEnded()
    {
        await using var host = await FakeHost.StartAsync(Answer);

        Assert.Equal(Over + "\n", (await new CommandLine { Url = host.Url }.DoneAsync([.. line, "--json", "--yes"])).Out);
    }

    [Fact]
    public async Task Bulk_SomeFailed_Is1AndNamesThem()
    {
        await using var host = await FakeHost.StartAsync(request => request.Path.StartsWith("/api/bulk", StringComparison.Ordinal)
            ? new(200, "{\"bulkId\":\"b1\",\"state\":\"done\",\"looked\":2,\"done\":1,\"failed\":1,\"errors\":[{\"name\":\"s9:p\",\"reason\":\"app_unreachable\"}]}")
            : Answer(request));

        var result = await new CommandLine { Url = host.Url }.RunAsync([.. line, "--yes"]);

        Assert.Equal(ExitCode.No, result.Code);
        Assert.Contains("s9:p: app_unreachable", result.Out);
    }

    [Fact]
    public async Task Bulk_InterruptedAtTheQuestion_EndsAs130AndDoesNothing()
    {
        await using var host = await FakeHost.StartAsync(Answer);
        using var interrupt = new CancellationTokenSource();
        using var input = new SilentInput();
        var running = new CommandLine { Url = host.Url, Input = input }.RunAsync(line, TextWriter.Null, TextWriter.Null, interrupt.Token);
        await input.Asked.Task;

        await interrupt.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await running.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Single(host.Requests);
    }

    // The name was told at Ctrl-C only: when the host went away, or the terminal, nobody could end the action any more.
    [Fact]
    public async Task Bulk_HostGoesAwayMeanwhile_HasToldItsNameBefore()
    {
        await using var host = await FakeHost.StartAsync(request => request.Path.StartsWith("/api/bulk", StringComparison.Ordinal) ? FakeAnswer.Problem(500, "internal", "The request failed.") : Answer(request));

        var result = await new CommandLine { Url = host.Url }.RunAsync([.. line, "--yes", "--json"]);

        Assert.Equal(ExitCode.No, result.Code);
        Assert.StartsWith("The host carries it out. Look: lifecycle bulk b1. End it: lifecycle bulk b1 --stop\n", result.Error);
    }

    // Ctrl-C between the request and its answer: the host had begun, and nobody knew under which name.
    [Fact]
    public async Task Bulk_InterruptedWhileItIsAsked_TellsItsNameAllTheSame()
    {
        using var interrupt = new CancellationTokenSource();
        await using var host = await FakeHost.StartAsync(request =>
        {
            if (request.Body.Contains("\"dryRun\":false")) interrupt.Cancel();
            return Answer(request);
        });
        var error = new StringWriter();

        var code = await new CommandLine { Url = host.Url }.RunAsync([.. line, "--yes"], TextWriter.Null, error, interrupt.Token);

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains("lifecycle bulk b1 --stop", error.ToString());
    }

    [Fact]
    public async Task BulkCommand_Stop_EndsIt()
    {
        await using var host = await FakeHost.StartAsync(_ => new FakeAnswer(202, Over.Replace("done\",\"looked", "running\",\"looked")));

        await new CommandLine { Url = host.Url }.DoneAsync("bulk", "b1", "--stop");

        Assert.Equal("DELETE", Assert.Single(host.Requests).Method);
    }
}
