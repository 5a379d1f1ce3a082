using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Moves;
using Microsoft.DurableTask;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>The script of a move, page after page.</summary>
public sealed class MoveTests
{
    static readonly MovePlan plan = new("m1", new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    static MovePage PageOf(int told, int failed, string? next) => new(
        new MoveTally { Looked = told + failed, Told = told, Failed = failed }.Naming(Enumerable.Range(0, failed).Select(n => new string('x', 257))), next);

    static (MockedRun Run, List<MoveTally> Said) Telling(params MovePage[] pages)
    {
        var run = new MockedRun(new("s1", "com.example.app", "r1", RunReason.Start, "c1", 5_000, RunOrder.End("")), () => RunOrder.End(""));
        var (queue, said) = (new Queue<MovePage>(pages), new List<MoveTally>());
        run.Context.Setup(c => c.GetInput<MovePlan>()).Returns(plan);
        run.Context.Setup(c => c.SetCustomStatus(It.IsAny<object?>())).Callback((object? status) => said.Add((MoveTally)status!));
        run.OnActivity("TellPageOfMove", queue.Dequeue);
        return (run, said);
    }

    [Fact]
    public async Task Run_GoesOnWhereEachPageEnds_AndCountsAllOfThem()
    {
        var (run, said) = Telling(PageOf(250, 0, "a"), PageOf(200, 50, "b"), PageOf(7, 0, null));
        var tally = await Move.Run(run.Context.Object);
        Assert.Equal((507, 457, 50), (tally.Looked, tally.Told, tally.Failed));
        Assert.Equal(["", "a", "b"], run.Calls.Select(call => ((MoveStep)call.With!).From));
        Assert.Equal([250, 450, 457], said.Select(status => status.Told));
    }

    // Azure Functions takes 16 KiB (of UTF-16) of what an orchestration says of itself, and fails it for more.
    [Fact]
    public async Task Run_WhileNobodyCanBeTold_SaysLittleOfItself_AndNamesTheFirstHundredAtTheEnd()
    {
        var (run, said) = Telling([.. Enumerable.Range(0, 20).Select(n => PageOf(0, 250, n < 19 ? $"{n}" : null))]);
        var tally = await Move.Run(run.Context.Object);
        Assert.Equal((5_000, MoveTally.MostNamed), (tally.Failed, tally.Untold.Length));
        Assert.All(said, status => Assert.InRange(2 * JsonSerializer.Serialize(status).Length, 1, 16 * 1024));
    }
}
