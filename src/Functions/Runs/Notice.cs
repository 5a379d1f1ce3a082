using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Runs;

/// <summary>The script of every notice: send, wait as <see cref="NoticeSchedule"/> says, send again.</summary>
static partial class Notice
{
    /// <summary>Sends until it arrived or the tries are used up; answers what came of the last one.</summary>
    public static async Task<string> TellAsync(TaskOrchestrationContext context, int tries, string activity, Func<int, object> input)
    {
        for (var tried = 1; ; tried++)
        {
            var result = await TryAsync(context, activity, input(tried));
            if (!await WaitAsync(context, tried, tries, result, activity))
            {
                return result?.Detail ?? "failed";
            }
        }
    }

    /// <summary>Waits before the next try; false when there is none.</summary>
    public static async Task<bool> WaitAsync(TaskOrchestrationContext context, int tried, int tries, WebhookResult? last, string activity)
    {
        var random = StableHash.Uniform(new AppSessionId(context.InstanceId, activity), "notice", tried);
        if (NoticeSchedule.NextTry(tried, tries, last, random) is not { } wait)
        {
            return false;
        }

        // A second more: timers of the Azure Storage backend come up to a second early.
        await context.CreateTimer(wait + TimeSpan.FromSeconds(1), CancellationToken.None);
        return true;
    }

    /// <summary>One try; null when something of ours failed.</summary>
    public static async Task<WebhookResult?> TryAsync(TaskOrchestrationContext context, string activity, object input)
    {
        try
        {
            return await context.CallActivityAsync<WebhookResult>(activity, input);
        }
        catch (TaskFailedException e)
        {
            LogFailed(context.CreateReplaySafeLogger(typeof(Notice)), context.InstanceId, e.FailureDetails.ErrorMessage);
            return null;
        }
    }

    [LoggerMessage(3101, LogLevel.Error, "{Notice} could not be sent: {Error}")]
    static partial void LogFailed(ILogger logger, string notice, string error);
}
