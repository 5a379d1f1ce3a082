using Lifecycle.Entities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Runs;

/// <summary>
/// Asks the health URL of an app that is away, round after round. A script without a will of its own: the app's entity says after each round when the
/// next one is, and whether there is one.
/// </summary>
public static partial class HealthWatchRun
{
    /// <summary>How many rounds it does before it begins anew with a short history.</summary>
    public const int RoundsPerHistory = 20;

    /// <summary>The orchestrator.</summary>
    [Function(HealthWatchInput.OrchestratorName)]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<HealthWatchInput>() ?? throw new InvalidOperationException("The watch has no input.");
        for (var rounds = 0; !input.Order.IsOver; rounds++)
        {
            if (rounds == RoundsPerHistory)
            {
                context.ContinueAsNew(input);
                return "";
            }

            await WaitAsync(context, input.Order.From.UtcDateTime);
            var answer = await AskAsync(context, input);
            var order = await TellAsync(context, input, new HealthLooked(input.Watch, input.Round, answer.Asked, answer.Result) { Stopped = answer.Stopped });
            input = input with { Order = order, Round = input.Round + 1 };
        }

        return "over";
    }

    // Short waits are the activity's: a timer would be a step more each round.
    static async Task WaitAsync(TaskOrchestrationContext context, DateTime from)
    {
        if (from - context.CurrentUtcDateTime > HealthSchedule.ShortWait)
        {
            await context.CreateTimer(from, CancellationToken.None);
        }
    }

    // Something of ours failed: nothing is known, and the next round asks.
    static async Task<HealthAnswer> AskAsync(TaskOrchestrationContext context, HealthWatchInput input)
    {
        try
        {
            return await context.CallActivityAsync<HealthAnswer>(nameof(AskHealth), input);
        }
        catch (TaskFailedException e)
        {
            LogUnasked(context.CreateReplaySafeLogger(typeof(HealthWatchRun)), input.PackageName, e.FailureDetails.ErrorMessage);
            return new HealthAnswer(0, null);
        }
    }

    static async Task<HealthOrder> TellAsync(TaskOrchestrationContext context, HealthWatchInput input, HealthLooked looked)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await context.Entities.CallEntityAsync<HealthOrder>(AppEntity.IdOf(input.PackageName), nameof(AppEntity.Looked), looked);
            }
            catch (EntityOperationFailedException e) when (AskAgainSchedule.NextTry(tried) is { } wait)
            {
                LogUntold(context.CreateReplaySafeLogger(typeof(HealthWatchRun)), input.PackageName, e.FailureDetails.ErrorMessage);
                await context.CreateTimer(wait, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(3107, LogLevel.Error, "{Package}: its health URL could not be asked: {Error}")]
    static partial void LogUnasked(ILogger logger, string package, string error);

    [LoggerMessage(3108, LogLevel.Error, "{Package}: what its health URL answered could not be told: {Error}")]
    static partial void LogUntold(ILogger logger, string package, string error);
}
