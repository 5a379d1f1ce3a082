using Lifecycle.Entities;
using Lifecycle.Functions.Runs;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>The script that asks the health URL of an app that is away, round after round.</summary>
public sealed class HealthWatchRunTests
{
    const string Package = "com.example.app";

    static readonly DateTimeOffset begun = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly HealthOrder soon = new(begun.AddSeconds(2), 2_000, 10);
    static readonly WebhookResult down = WebhookResult.FromStatus(503);
    static readonly HealthWatchInput input = new(Package, "hw_1", soon);

    static (MockedRun Run, List<HealthWatchInput> Anew) Asking(HealthWatchInput with, params Func<HealthOrder>[] answers)
    {
        var run = new MockedRun(new("s1", Package, "r1", RunReason.Start, "c1", 5_000, RunOrder.End("")), () => RunOrder.End(""));
        var (queue, anew) = (new Queue<Func<HealthOrder>>(answers), new List<HealthWatchInput>());
        run.Context.Setup(c => c.GetInput<HealthWatchInput>()).Returns(with);
        run.Context.Setup(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>())).Callback((object? next, bool _) => anew.Add((HealthWatchInput)next!));
        run.Entities
            .Setup(e => e.CallEntityAsync<HealthOrder>(AppEntity.IdOf(Package), nameof(AppEntity.Looked), It.IsAny<object?>(), It.IsAny<CallEntityOptions?>()))
            .Returns(async (EntityInstanceId _, string operation, object? told, CallEntityOptions? _) =>
            {
                run.Calls.Add(new(operation, told));
                await Task.CompletedTask;
                return (queue.Count > 1 ? queue.Dequeue() : queue.Peek())();
            });
        run.OnActivity(nameof(AskHealth), () => new HealthAnswer(10, down));
        return (run, anew);
    }

    [Fact]
    public async Task Run_AsksAndTells_UntilItIsOver()
    {
        var (run, anew) = Asking(input, () => soon, () => HealthOrder.Over);
        Assert.Equal("over", await HealthWatchRun.Run(run.Context.Object));
        Call[] expected =
        [
            new(nameof(AskHealth), input),
            new(nameof(AppEntity.Looked), new HealthLooked("hw_1", 1, 10, down)),
            new(nameof(AskHealth), input with { Round = 2 }),
            new(nameof(AppEntity.Looked), new HealthLooked("hw_1", 2, 10, down)),
        ];
        Assert.Equal(expected, run.Calls);
        Assert.Empty(anew);
    }

    // Short waits are the activity's: each timer is a step more.
    [Fact]
    public async Task Run_WaitsByATimerOnlyForLong()
    {
        var late = soon with { From = begun.AddSeconds(40), Tries = 1 };
        var (run, _) = Asking(input, () => late, () => HealthOrder.Over);
        await HealthWatchRun.Run(run.Context.Object);
        Assert.Equal([TimeSpan.FromSeconds(40)], run.Waits);
    }

    [Fact]
    public async Task Run_OfManyRounds_BeginsAnewAndCountsOn()
    {
        var (run, anew) = Asking(input, () => soon);
        await HealthWatchRun.Run(run.Context.Object);
        Assert.Equal(input with { Round = 1 + HealthWatchRun.RoundsPerHistory }, Assert.Single(anew));
        Assert.Equal(2 * HealthWatchRun.RoundsPerHistory, run.Calls.Count);
    }

    [Fact]
    public async Task Run_AnActivityThatFails_TellsThatNothingIsKnown()
    {
        var (run, _) = Asking(input, () => HealthOrder.Over);
        run.OnActivity<HealthAnswer>(nameof(AskHealth), () => throw new TaskFailedException(nameof(AskHealth), 0, new IOException("The worker is gone.")));
        await HealthWatchRun.Run(run.Context.Object);
        Assert.Equal(new HealthLooked("hw_1", 1, 0, null), run.Calls[^1].With);
        Assert.Equal(3107, Assert.Single(run.Logs.GetSnapshot()).Id.Id);
    }

    [Fact]
    public async Task Run_AnEntityThatCannotAnswer_IsToldAgainLater()
    {
        var (run, _) = Asking(
            input,
            () => throw new EntityOperationFailedException(AppEntity.IdOf(Package), nameof(AppEntity.Looked), new TaskFailureDetails("X", "A newer version wrote it.", null, null, null)),
            () => HealthOrder.Over);
        await HealthWatchRun.Run(run.Context.Object);
        Assert.Equal(2, run.Calls.Count(call => call.What == nameof(AppEntity.Looked)));
        Assert.Equal([AskAgainSchedule.NextTry(1)!.Value], run.Waits);
        Assert.Equal(3108, Assert.Single(run.Logs.GetSnapshot()).Id.Id);
    }

    [Fact]
    public void Seats_BeyondTheMost_AreNotGiven_AndOneThatIsGivenBackIs()
    {
        using var seats = new HealthSeats();
        var taken = Enumerable.Range(0, HealthSeats.Most).Select(_ => seats.TryTake()).ToList();
        Assert.DoesNotContain(null, taken);
        Assert.Null(seats.TryTake());
        taken[0]!.Dispose();
        taken[0]!.Dispose();
        Assert.NotNull(seats.TryTake());
        Assert.Null(seats.TryTake());
    }
}
