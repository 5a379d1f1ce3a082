using System.Collections.Concurrent;
using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary><c>--wait</c>: what became of an app session, and of nothing before it.</summary>
public sealed class WaitTests
{
    static FakeAnswer Is(string state, int since = 0) => new(
        200, $"{{\"sentence\":\"It is told.\",\"state\":\"{state}\",\"since\":\"2026-01-01T03:00:{since:00}Z\",\"waitsFor\":\"nothing\",\"decisions\":[],\"changes\":[]}}");

    static readonly FakeAnswer unknown = FakeAnswer.Problem(404, "not_found", "There is no such app session.");

    // A session that was stopped, or whose user was away, while its start was waited for: a minute went by, and then the answer was the same.
    [Theory]
    [InlineData("start", "EVICTED", "RUNNING")]
    [InlineData("start", "STOPPED", "RUNNING")]
    [InlineData("start", "DORMANT", "RUNNING")]
    [InlineData("stop", "EVICTED", "STOPPED")]
    public async Task Wait_ComesToAStateThatDoesNotLeadThere_Is1AndSaysSo(string action, string state, string wanted)
    {
        var result = await RunAsync(action, unknown, unknown, Is("STARTING"), Is(state, 1));

        Assert.Equal((ExitCode.No, "It is told.\n", $"It is {state}, and does not become {wanted} by itself.\n"), (result.Code, result.Out, result.Error));
    }

    // revive --wait looked before the host had come to it, saw the old EVICTED, and said that it was in vain.
    [Fact]
    public async Task Wait_StateOfBefore_IsNoAnswer() =>
        Assert.Equal(ExitCode.Done, (await RunAsync("revive", Is("EVICTED"), Is("EVICTED"), Is("STARTING", 1), Is("RUNNING", 2))).Code);

    [Fact]
    public async Task Wait_StopOfOneThatWasEvicted_WaitsUntilItIsStopped() =>
        Assert.Equal(ExitCode.Done, (await RunAsync("stop", Is("EVICTED"), Is("EVICTED"), Is("STOPPED", 1))).Code);

    // A key that was withdrawn meanwhile was asked with for a minute.
    [Fact]
    public async Task Wait_Refused_EndsAtOnce()
    {
        var result = await RunAsync("start", Is("STARTING"), FakeAnswer.Problem(503, "engine_busy", "Busy."), new FakeAnswer(401, ""));

        Assert.Equal(ExitCode.No, result.Code);
        Assert.Contains("LIFECYCLE_KEY", result.Error);
    }

    // One explain before the action, the others behind it.
    static async Task<CliResult> RunAsync(string action, params FakeAnswer[] explained)
    {
        var answers = new ConcurrentQueue<FakeAnswer>(explained);
        await using var host = await FakeHost.StartAsync(request => request.Method == "POST" ? new(202, "{}") : answers.TryDequeue(out var answer) ? answer : throw new InvalidOperationException("It looked once more."));
        return await new CommandLine { Url = host.Url, Time = new HurriedTime() }.RunAsync(action, "s1", "p", "--wait");
    }
}
