using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Bulk;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>The script of a bulk action, page after page.</summary>
public sealed class BulkRunTests
{
    static readonly DateTimeOffset begin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly BulkJob job = new(new BulkPlan("b1", BulkAction.Revive, new SessionFilter { States = [AppState.Evicted] }, begin), null, new BulkTally());

    static BulkPage PageOf(int done, int failed, string? next, double? resumeAfterMs = null) => new(
        new BulkTally
        {
            Looked = 250,
            Done = done,
            Failed = failed,
            Errors = [.. Enumerable.Range(0, failed).Select(_ => new BulkError(new string('x', 257), Reasons.AppNotRegistered))],
        },
        next,
        resumeAfterMs is { } after ? begin.AddMilliseconds(after) : null);

    static (MockedRun Run, List<BulkTally> Said, List<BulkJob> Anew) Telling(BulkJob input, params BulkPage[] pages)
    {
        var run = new MockedRun(new("s1", "com.example.app", "r1", RunReason.Start, "c1", 5_000, RunOrder.End("")), () => RunOrder.End(""));
        var (queue, said, anew) = (new Queue<BulkPage>(pages), new List<BulkTally>(), new List<BulkJob>());
        run.Context.Setup(c => c.GetInput<BulkJob>()).Returns(input);
        run.Context.Setup(c => c.SetCustomStatus(It.IsAny<object?>())).Callback((object? status) => Say((BulkTally)status!));
        run.Context.Setup(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>())).Callback((object? next, bool _) => anew.Add((BulkJob)next!));
        run.OnActivity(BulkPages.ActivityName, queue.Dequeue);
        return (run, said, anew);

        void Say(BulkTally tally)
        {
            said.Add(tally);
            run.Calls.Add(new("status", tally));
        }
    }

    [Fact]
    public async Task Run_GoesOnWhereEachPageEnds_AndWaitsAsLongAsItSays()
    {
        var (run, said, anew) = Telling(job, PageOf(100, 0, "a", 2_000), PageOf(0, 0, "b"), PageOf(40, 3, null, 9_000));
        var tally = await BulkRun.Run(run.Context.Object);
        Assert.Equal((750, 140, 3), (tally.Looked, tally.Done, tally.Failed));
        var steps = run.Calls.Select(call => call.With).OfType<BulkStep>().ToList();
        Assert.Equal([null, "a", "b"], steps.Select(step => step.From));
        Assert.Equal([begin, begin.AddSeconds(2), begin.AddSeconds(2)], steps.Select(step => step.AskedAt)); // by the clock of its history: the same each time
        Assert.Equal([TimeSpan.FromSeconds(2)], run.Waits);
        Assert.Equal([0, 100, 100], said.Select(status => status.Done));
        Assert.Empty(anew);
    }

    // Whoever looked at a bulk action saw its last page only after the pause behind it, which may take a minute.
    [Fact]
    public async Task Run_BetweenTwoPages_SaysHowFarItIsBeforeItWaits()
    {
        var (run, _, _) = Telling(job, PageOf(100, 0, "a", 2_000), PageOf(40, 3, null));
        await BulkRun.Run(run.Context.Object);
        Assert.Equal(["status", BulkPages.ActivityName, "status", "timer", BulkPages.ActivityName], run.Calls.Select(call => call.What));
    }

    [Fact]
    public async Task Run_OfManyPages_BeginsAnewAndCountsOn()
    {
        var (run, _, anew) = Telling(job with { Tally = new BulkTally { Done = 7 } }, [.. Enumerable.Range(1, BulkRun.PagesPerHistory).Select(n => PageOf(1, 0, $"{n}"))]);
        await BulkRun.Run(run.Context.Object);
        var next = Assert.Single(anew);
        Assert.Equal((job.Plan, $"{BulkRun.PagesPerHistory}", 7 + BulkRun.PagesPerHistory), (next.Plan, next.From, next.Tally.Done));
    }

    // Azure Functions takes 16 KiB (of UTF-16) of what an orchestration says of itself, and fails it for more.
    [Fact]
    public async Task Run_OfMuchThatIsRefused_SaysLittleOfItself()
    {
        var (run, said, _) = Telling(job, [.. Enumerable.Range(0, 20).Select(n => PageOf(0, 50, n < 19 ? $"{n}" : null))]);
        var tally = await BulkRun.Run(run.Context.Object);
        Assert.Equal((1_000, BulkTally.MostNamed), (tally.Failed, tally.Errors.Length));
        Assert.All(said, status => Assert.InRange(2 * JsonSerializer.Serialize(status).Length, 1, 16 * 1024));
    }
}
