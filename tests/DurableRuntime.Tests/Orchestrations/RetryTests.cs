using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Lifecycle.DurableRuntime.Tests.Orchestrations;

public sealed class RetryTests
{
    static void Run(TaskOptions options, int failures, Func<OrchestrationMetadata, List<double>, Task> check) => DurableApp.Run(async app =>
    {
        var attempts = new List<double>();
        await app
            .Activity<string>("flaky", _ =>
            {
                attempts.Add(app.NowMs);
                return attempts.Count > failures ? Task.FromResult<object?>("done") : throw new IOException($"attempt {attempts.Count}");
            })
            .Orchestrator("retry", async context => await context.CallActivityAsync<string>("flaky", "x", options)).StartAsync();
        await check(await app.RunToEnd("retry"), attempts);
    });

    [Fact]
    public void RetryPolicy_WaitsLongerEachTime_UpToTheMost() => Run(
        TaskOptions.FromRetryPolicy(new RetryPolicy(6, TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromSeconds(5))),
        4,
        (end, attempts) =>
        {
            Assert.Equal("done", end.ReadOutputAs<string>());
            Assert.Equal([0, 1_000, 3_000, 7_000, 12_000], attempts);
            return Task.CompletedTask;
        });

    [Fact]
    public void RetryPolicy_GivesUpAfterItsAttempts() => Run(
        TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(100))),
        99,
        (end, attempts) =>
        {
            Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
            Assert.Contains("attempt 3", end.FailureDetails!.ErrorMessage);
            Assert.Equal([0, 100, 200], attempts);
            return Task.CompletedTask;
        });

    [Fact]
    public void RetryPolicy_DoesNotRetryWhatItDoesNotHandle() => Run(
        TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(1)) { HandleFailure = failure => !failure.IsCausedBy<IOException>() }),
        99,
        (_, attempts) =>
        {
            Assert.Single(attempts);
            return Task.CompletedTask;
        });

    [Fact]
    public void RetryPolicy_StopsAtItsTimeout() => Run(
        TaskOptions.FromRetryPolicy(new RetryPolicy(99, TimeSpan.FromSeconds(2), retryTimeout: TimeSpan.FromSeconds(5))),
        99,
        (_, attempts) =>
        {
            Assert.Equal([0, 2_000, 4_000, 6_000], attempts);
            return Task.CompletedTask;
        });

    [Fact]
    public void RetryHandler_Decides() => Run(
        TaskOptions.FromRetryHandler(context => context.LastAttemptNumber < 3),
        99,
        (end, attempts) =>
        {
            Assert.Equal(3, attempts.Count);
            Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
            return Task.CompletedTask;
        });

    [Fact]
    public void RetryPolicy_HasTheOfficialLimits()
    {
        Assert.Equal(TimeSpan.FromHours(1), new RetryPolicy(2, TimeSpan.FromSeconds(1)).MaxRetryInterval);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(2, TimeSpan.FromSeconds(2), maxRetryInterval: TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(2, TimeSpan.FromSeconds(2), retryTimeout: TimeSpan.FromSeconds(1)));
    }
}
