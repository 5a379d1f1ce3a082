using Lifecycle.Entities;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Lifecycle.Functions.Runs;

/// <summary>Tells an app server by webhook that a session was stopped; then lets it be, for stop does not wait.</summary>
public static class StopNotice
{
    /// <summary>The orchestrator.</summary>
    [Function(StopNoticeInput.OrchestratorName)]
    public static Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<StopNoticeInput>() ?? throw new InvalidOperationException("The stop notice has no input.");
        var request = WebhookRequest.Of(input);
        return Notice.TellAsync(context, NoticeSchedule.StopTries, nameof(SendWebhook), _ => request);
    }
}
