using Lifecycle.Entities;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Lifecycle.Functions.Runs;

/// <summary>Tells an app server by webhook that a session was stopped: three tries, then it is let be, for stop does not wait.</summary>
public static class StopNotice
{
    const int Attempts = 3;

    /// <summary>The orchestrator.</summary>
    [Function(StopNoticeInput.OrchestratorName)]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<StopNoticeInput>() ?? throw new InvalidOperationException("The stop notice has no input.");
        var request = WebhookRequest.Of(input);
        for (var attempt = 1; ; attempt++)
        {
            var result = await context.CallActivityAsync<WebhookResult>(nameof(SendWebhook), request);
            if (result.Verdict != WebhookVerdict.ComingBack || attempt == Attempts)
            {
                return result.Detail;
            }

            // Whole seconds and one more: timers of the Azure Storage backend come up to a second early.
            await context.CreateTimer(TimeSpan.FromSeconds(1 + (1 << attempt)), CancellationToken.None);
        }
    }
}
