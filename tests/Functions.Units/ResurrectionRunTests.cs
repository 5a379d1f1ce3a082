using Lifecycle.Entities;
using Lifecycle.Functions.Runs;
using Lifecycle.Functions.Webhooks;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Moq;
using Script = Lifecycle.Functions.Runs.ResurrectionRun;

namespace Lifecycle.Functions.Units;

/// <summary>The script of a run against a context that fails and replays as the official one does.</summary>
public sealed class ResurrectionRunTests
{
    const string Timer = "timer";

    static readonly AppSessionId id = new("s1", "com.example.app");
    static readonly DateTimeOffset begun = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset later = new(2026, 3, 1, 13, 0, 0, TimeSpan.Zero);
    static readonly WebhookResult failed = WebhookResult.FromStatus(503);

    static RunInput Input(RunOrder order) => new(id.SessionId, id.PackageName, "r1", RunReason.Resurrection, "c1", 5_000, order, Driver: 2);

    static RunOrder CannotAnswer() => throw new EntityOperationFailedException(
        AppSessionEntity.IdOf(id), "AttemptSent", new TaskFailureDetails("System.InvalidOperationException", "A newer version wrote it.", null, null, null));

    static RunOrder End() => RunOrder.End("given_up");

    static MockedRun Sending(params Func<RunOrder>[] answers)
    {
        var run = new MockedRun(Input(RunOrder.Send(1, "wh1")), answers);
        run.OnActivity(nameof(LookAndSend), () => Attempt.Sent(failed));
        return run;
    }

    [Fact]
    public async Task Run_AnEntityCallThatFailsTwice_IsAskedAgainAndSendsNothingTwice()
    {
        var run = Sending(CannotAnswer, CannotAnswer, End);

        Assert.Equal("given_up", await Script.Run(run.Context.Object));

        var (sent, told) = (WebhookRequest.Of(Input(RunOrder.Send(1, "wh1")), RunOrder.Send(1, "wh1"), begun), new AttemptSent("r1", 1, failed));
        Call[] expected =
        [
            new(nameof(LookAndSend), sent),
            new(nameof(AppSessionEntity.AttemptSent), told),
            new(Timer, AskAgainSchedule.NextTry(1)),
            new(nameof(AppSessionEntity.AttemptSent), told),
            new(Timer, AskAgainSchedule.NextTry(2)),
            new(nameof(AppSessionEntity.AttemptSent), told),
        ];
        Assert.Equal(expected, run.Calls);
    }

    [Fact]
    public async Task Run_AnActivityThatFails_TellsThatTheAttemptStalled()
    {
        var run = new MockedRun(Input(RunOrder.Send(3, "wh3")), End);
        run.OnActivity<Attempt>(nameof(LookAndSend), () => throw new TaskFailedException(nameof(LookAndSend), 0, new IOException("The worker is gone.")));

        await Script.Run(run.Context.Object);

        var told = Assert.Single(run.Calls, call => call.What != nameof(LookAndSend));
        Assert.Equal(new Call(nameof(AppSessionEntity.AttemptStalled), new AttemptStalled("r1", RunOrderKind.Send, 3, Driver: 2)), told);
        Assert.Equal(3102, Assert.Single(run.Logs.GetSnapshot()).Id.Id);
    }

    // A history is replayed at every step: what was logged then would be logged again each time.
    [Fact]
    public async Task Run_OnReplay_CallsTheSameAndLogsOnlyWhatIsNew()
    {
        var live = Sending(CannotAnswer, CannotAnswer, End);
        var again = Sending(CannotAnswer, CannotAnswer, End);
        again.Context.Setup(c => c.IsReplaying).Returns(() => !again.Waits.Any());

        await Script.Run(live.Context.Object);
        await Script.Run(again.Context.Object);

        Assert.Equal(live.Calls, again.Calls);
        Assert.Equal([3103, 3103], live.Logs.GetSnapshot().Select(record => record.Id.Id));
        Assert.Equal(live.Logs.GetSnapshot()[1].Message, Assert.Single(again.Logs.GetSnapshot()).Message);
    }

    [Fact]
    public async Task Run_AfterSixteenSteps_ContinuesAsNewWithTheOrderInForce()
    {
        var steps = 0;
        var run = new MockedRun(Input(RunOrder.WaitUntil(later)), () => RunOrder.WaitUntil(later.AddMinutes(++steps)));
        object? next = null;
        run.Context.Setup(c => c.ContinueAsNew(It.IsAny<object?>(), true)).Callback((object? input, bool _) => next = input);

        Assert.Equal("", await Script.Run(run.Context.Object));

        Assert.Equal(Input(RunOrder.WaitUntil(later.AddMinutes(16))), next);
        Assert.Equal(16, run.Calls.Count(call => call.What == nameof(AppSessionEntity.AttemptDue)));
    }
}
