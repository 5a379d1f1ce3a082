using Lifecycle.Entities;
using Lifecycle.Functions.Runs;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>The script that tells of a stop, against a gate that fails.</summary>
public sealed class StopNoticeTests
{
    static readonly StopNoticeInput input = new("s1", "com.example.app", "r1", "c1", "bye", 5_000);
    static readonly WebhookResult accepted = WebhookResult.FromStatus(202);

    static MockedRun Telling(params Func<Admission>[] answers)
    {
        var run = new MockedRun(new("s1", "com.example.app", "r1", RunReason.Start, "c1", 5_000, RunOrder.End("")), () => RunOrder.End(""));
        var queue = new Queue<Func<Admission>>(answers);
        run.Context.Setup(c => c.GetInput<StopNoticeInput>()).Returns(input);
        run.Entities
            .Setup(e => e.CallEntityAsync<Admission>(It.IsAny<EntityInstanceId>(), nameof(AppEntity.AdmitStop), It.IsAny<object?>(), It.IsAny<CallEntityOptions?>()))
            .Returns(async () =>
            {
                await Task.CompletedTask;
                return queue.Dequeue()();
            });
        run.OnActivity(nameof(SendWebhook), () => accepted);
        return run;
    }

    static Admission Fails() => throw new EntityOperationFailedException(
        AppEntity.IdOf(input.PackageName), nameof(AppEntity.AdmitStop), new TaskFailureDetails("System.InvalidOperationException", "No such operation.", null, null, null));

    static Admission Goes() => Admission.Go(default);

    // A gate that could not be asked once, as while old code is replaced by new code, cost the app the word of a stop that was accepted.
    [Fact]
    public async Task Run_AGateThatFailsTwice_IsAskedAgain_AndTheAppIsTold()
    {
        var run = Telling(Fails, Fails, Goes);

        Assert.Equal(accepted.Detail, await StopNotice.Run(run.Context.Object));
        Assert.Equal(2, run.Waits.Count());
        Assert.All(run.Waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)));
        Assert.Single(run.Calls, call => call.What == nameof(SendWebhook));
    }

    [Fact]
    public async Task Run_AGateThatFailsForGood_SendsNothing_AndSaysSo()
    {
        var run = Telling(Fails, Fails, Fails);

        Assert.Equal(Reasons.StepFailed, await StopNotice.Run(run.Context.Object));
        Assert.DoesNotContain(run.Calls, call => call.What == nameof(SendWebhook));
        Assert.Equal(3, run.Logs.GetSnapshot().Count(record => record.Id.Id == 3106));
    }

    [Fact]
    public async Task Run_AGateThatRefuses_SendsNothing()
    {
        var run = Telling(() => Admission.Refuse(default, Reasons.AppUnreachable));

        Assert.Equal(Reasons.AppUnreachable, await StopNotice.Run(run.Context.Object));
        Assert.Empty(run.Calls);
    }
}
