using Microsoft.DurableTask;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>Retries of activities and sub-orchestrations, with durable timers between them, as the official worker does it.</summary>
static class Retries
{
    public static async Task<string?> RunAsync(TaskOrchestrationContext context, TaskRetryOptions? retry, Func<Task<string?>> attempt)
    {
        var begun = context.CurrentUtcDateTime;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await attempt();
            }
            catch (TaskFailedException e) when (retry is not null)
            {
                if (!await GoesOnAsync(context, retry, e, attempts, begun))
                {
                    throw;
                }
            }
        }
    }

    static async Task<bool> GoesOnAsync(TaskOrchestrationContext context, TaskRetryOptions retry, TaskFailedException e, int attempts, DateTime begun)
    {
        var elapsed = context.CurrentUtcDateTime - begun;
        if (retry.Handler is { } handler)
        {
            return await handler(new RetryContext(context, attempts, e.FailureDetails, elapsed, CancellationToken.None));
        }

        var policy = retry.Policy!;
        if (attempts >= policy.MaxNumberOfAttempts || elapsed >= Limit(policy.RetryTimeout) || !policy.Handles(e.FailureDetails))
        {
            return false;
        }

        await context.CreateTimer(context.CurrentUtcDateTime + DelayOf(policy, attempts), CancellationToken.None);
        return true;
    }

    static TimeSpan DelayOf(RetryPolicy policy, int attempts)
    {
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempts - 1);
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, Limit(policy.MaxRetryInterval).TotalMilliseconds));
    }

    static TimeSpan Limit(TimeSpan configured) => configured > TimeSpan.Zero ? configured : TimeSpan.FromDays(365);
}
