using Lifecycle.Entities;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Runs;

/// <summary>
/// Tells an app server by webhook that a session was stopped; then lets it be, for stop does not wait. The app's gate says before every try when it
/// goes, and whether.
/// </summary>
public static partial class StopNotice
{
    /// <summary>The orchestrator.</summary>
    [Function(StopNoticeInput.OrchestratorName)]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<StopNoticeInput>() ?? throw new InvalidOperationException("The stop notice has no input.");
        var request = WebhookRequest.Of(input);
        WebhookResult? last = null;
        for (var tried = 0; ; tried++)
        {
            if (await AskAsync(context, input.PackageName, new StopAsked(request.WebhookId, tried, last)) is { } dropped)
            {
                return dropped;
            }

            last = await Notice.TryAsync(context, nameof(SendWebhook), request);
            if (last?.Verdict == WebhookVerdict.Accepted)
            {
                return last.Detail;
            }

            await Notice.WaitAsync(context, tried + 1, NoticeSchedule.StopTries, last, nameof(SendWebhook));
        }
    }

    // Null when it may go now; otherwise why it may not.
    static async Task<string?> AskAsync(TaskOrchestrationContext context, string packageName, StopAsked ask)
    {
        for (var asked = 1; ; asked++)
        {
            try
            {
                var admission = await context.Entities.CallEntityAsync<Admission>(AppEntity.IdOf(packageName), nameof(AppEntity.AdmitStop), ask);
                return admission.Kind == AdmissionKind.Go ? await UntilAsync(context, admission.WakeAt) : admission.Reason;
            }
            catch (EntityOperationFailedException e)
            {
                LogUnasked(context.CreateReplaySafeLogger(typeof(StopNotice)), context.InstanceId, e.FailureDetails.ErrorMessage);
                if (!await Notice.WaitAsync(context, asked, NoticeSchedule.StopTries, last: null, nameof(AppEntity.AdmitStop)))
                {
                    return Reasons.StepFailed;
                }
            }
        }
    }

    static async Task<string?> UntilAsync(TaskOrchestrationContext context, DateTimeOffset? slot)
    {
        if (slot?.UtcDateTime is { } at && at > context.CurrentUtcDateTime)
        {
            await context.CreateTimer(at, CancellationToken.None);
        }

        return null;
    }

    [LoggerMessage(3106, LogLevel.Error, "{Notice}: the app's gate could not be asked: {Error}")]
    static partial void LogUnasked(ILogger logger, string notice, string error);
}
