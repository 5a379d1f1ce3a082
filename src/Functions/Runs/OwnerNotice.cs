using Lifecycle.Entities;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Runs;

/// <summary>Tells an app's owner about an incident: once what it is (<see cref="OwnerNoticeKind"/>), and <c>app_recovered</c> once after it.</summary>
public sealed class OwnerNotice(AppDirectory directory, AppWebhooks webhooks, Policy fleet)
{
    const string SendName = "SendOwnerNotice";

    /// <summary>The orchestrator.</summary>
    [Function(OwnerNoticeInput.OrchestratorName)]
    public static Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<OwnerNoticeInput>() ?? throw new InvalidOperationException("The owner notice has no input.");
        return Notice.TellAsync(context, NoticeSchedule.OwnerTries, SendName, tried => input with { Attempt = tried });
    }

    /// <summary>The activity: one try. Runs at least once; every try carries the same webhook id.</summary>
    [Function(SendName)]
    public async Task<WebhookResult> Send([ActivityTrigger] OwnerNoticeInput input, [DurableClient] DurableTaskClient client)
    {
        var app = await directory.FindAsync(client, input.PackageName);
        if (app is null)
        {
            return WebhookResult.FromFailure(WebhookFailure.NotRegistered);
        }

        var message = MessageOf(input, app.Policy.Over(fleet).WebhookTimeoutMs);
        return await webhooks.SendToOwnerAsync(input.PackageName, app, message)
            ?? new WebhookResult(WebhookVerdict.Rejected, "no_owner_endpoint");
    }

    static WebhookMessage MessageOf(OwnerNoticeInput input, int timeoutMs)
    {
        var type = input.Kind switch
        {
            OwnerNoticeKind.Unreachable => "app_unreachable",
            OwnerNoticeKind.AliveUnattached => Reasons.AliveUnattached,
            OwnerNoticeKind.CrashLoop => Reasons.CrashLoop,
            OwnerNoticeKind.Deaf => "deaf",
            _ => "app_recovered",
        };
        return new(input.WebhookId, type, input.PackageName, input.Attempt, timeoutMs, now => Body.Of(type, input, now));
    }

    sealed record Body(
        string Type,
        string PackageName,
        string IncidentId,
        IncidentCause Cause,
        Blame Blame,
        DateTimeOffset BeganAt,
        DateTimeOffset? EndedAt,
        int SessionsEvicted,
        string? Reason,
        string? LastOutcome,
        DateTimeOffset Timestamp)
    {
        public static Body Of(string type, OwnerNoticeInput input, DateTimeOffset now)
        {
            var i = input.Incident;
            return new(type, input.PackageName, i.Id, i.Cause, BlameTable.Of(input.Kind, i), i.BeganAt, i.EndedAt, i.Evicted, i.EvictedFor, i.LastOutcome, now);
        }
    }
}
