using Lifecycle.Sdk.Sessions;
using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Sessions;

public class MessageRunnerTests
{
    readonly VirtualTime _time = new();
    readonly List<string> _runs = [];
    readonly List<Exception> _errors = [];
    readonly List<HandledMessage?> _ends = [];
    readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void RunAsync_OneHandlerThrows_RunsTheOthersAndSetsTheMessageAside()
    {
        Begin(FailedMessageMode.SetAside, Fails("a", 9), Works("b"));
        Assert.Equal(new HandledMessage(7, "InvalidOperationException: a is broken"), Assert.Single(_ends));
        Assert.Equal(["a 0", "b 0"], _runs);
        Assert.Single(_errors);
    }

    [Fact]
    public void RunAsync_SendAgain_RunsWhatThrewAfterOneAndTwoSecondsAndNothingElse()
    {
        Begin(FailedMessageMode.SendAgain, Fails("a", 9), Works("b"));
        RunFor(10);
        Assert.Equal(["a 0", "b 0", "a 1", "a 3"], _runs);
        Assert.Equal(("InvalidOperationException: a is broken", 3), (Assert.Single(_ends)!.Value.Error, _errors.Count));
    }

    [Fact]
    public void RunAsync_SendAgainThatWorks_IsNoFailure()
    {
        Begin(FailedMessageMode.SendAgain, Fails("a", 1));
        RunFor(10);
        Assert.Equal(["a 0", "a 1"], _runs);
        Assert.Equal(new HandledMessage(7, null), Assert.Single(_ends));
    }

    [Fact]
    public void RunAsync_GivenUpBetweenTwoRuns_IsNotDone()
    {
        Begin(FailedMessageMode.SendAgain, Fails("a", 9));
        _time.Run(_givenUp.SetResult);
        Assert.Null(Assert.Single(_ends));
        Assert.Single(_runs);
    }

    [Fact]
    public void RunAsync_LongError_IsCutAndNotWithinACharacter()
    {
        Begin(FailedMessageMode.SetAside, _ => throw new FormatException(new string('x', 182) + "😀😀"));
        Assert.Equal("FormatException: " + new string('x', 182), Assert.Single(_ends)!.Value.Error);
    }

    void Begin(FailedMessageMode mode, params Func<AppMessage, Task>[] handlers)
    {
        var runner = new MessageRunner(mode, _time.Clock, _errors.Add);
        _time.Run(async () => _ends.Add(await runner.RunAsync(new AppMessage(7, default), handlers, _givenUp.Task)));
    }

    Func<AppMessage, Task> Works(string name) => _ =>
    {
        Note(name);
        return Task.CompletedTask;
    };

    Func<AppMessage, Task> Fails(string name, int times) => async _ =>
    {
        await Task.Yield();
        Note(name);
        if (times-- > 0) throw new InvalidOperationException($"{name} is broken");
    };

    void Note(string name) => _runs.Add($"{name} {Math.Round((_time.Clock.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds)}");

    void RunFor(double seconds) => _time.RunUntil(() => false, TimeSpan.FromSeconds(seconds));
}
