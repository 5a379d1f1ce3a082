using Lifecycle.Entities;
using Lifecycle.Functions.Engine;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Runs;

/// <summary>
/// The last look, and right after it the webhook: a connection that the service knows and the entity does not means that its
/// <c>connected</c> event was lost, or has not come yet.
/// </summary>
public sealed partial class LookAndSend(
    IAppConnections connections, IServiceWatch watch, AppWebhooks webhooks, IReconnectTokens tokens, EnginePulse pulse, TimeProvider time, ILogger<LookAndSend> logger)
{
    /// <summary>The activity. Its result is a value, never a throw: what it means is for the rules to say.</summary>
    [Function(nameof(LookAndSend))]
    public async Task<Attempt> Run([ActivityTrigger] WebhookRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var id = new AppSessionId(request.SessionId, request.PackageName);

        // Then negotiate refuses living apps: that one has no connection says nothing of it, and one that is started anew could not attach.
        if (pulse.Backlog.IsBeyondLimit(time.GetUtcNow()))
        {
            LogEngineBusy(id);
            return Attempt.EngineBusy;
        }

        if (!request.Blind && await LookAsync(client, id, request, cancellation) is { } seen)
        {
            return seen;
        }

        var token = request.Invite is { } invitation ? tokens.IssueTakeOver(id, invitation) : null;
        var result = Rules.MaySend(request.Invite, token is not null)
            ? await webhooks.SendToAppAsync(client, request, token) ?? Rules.Unrelayed(request.Blind, request.Invite)
            : null;
        return result is null ? Attempt.NotLooked : Attempt.Sent(result);
    }

    // Null when nothing stands against the webhook.
    async Task<Attempt?> LookAsync(DurableTaskClient client, AppSessionId id, WebhookRequest request, CancellationToken cancellation)
    {
        if (await IsHeldUpAsync(client, id, request, cancellation))
        {
            return Attempt.NotLooked;
        }

        if (await IsKnownAsync(id, cancellation) is var found and not false)
        {
            return found is true ? Attempt.OfFound : Attempt.NotLooked;
        }

        if (request.Terms?.IsLate(time.GetUtcNow()) == true)
        {
            return Attempt.TooLate;
        }

        var sight = await watch.LookAsync(cancellation);
        return Rules.HoldsWebhook(sight, time.GetUtcNow(), request.Terms) ? Attempt.ServiceAway(sight) : null;
    }

    // What was said to the whole user session while the start was on its way, when no read showed the app session yet: it is told now. That it cannot be
    // read is no failure of the app.
    async Task<bool> IsHeldUpAsync(DurableTaskClient client, AppSessionId id, WebhookRequest request, CancellationToken cancellation)
    {
        if (request.AskedAt is null)
        {
            return false;
        }

        try
        {
            var session = await client.Entities.GetEntityAsync<UserSession>(UserSessionEntity.IdOf(id.SessionId), cancellation: cancellation);
            var untold = session?.State?.UntoldSince(request.AskedAt, time.GetUtcNow());
            if (untold is not null)
            {
                await client.TellAsync(id, AppSessionEntity.OperationOf(untold), untold, cancellation);
            }

            return untold is not null;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotLooked(id, e);
            return true;
        }
    }

    async Task<bool?> IsKnownAsync(AppSessionId id, CancellationToken cancellation)
    {
        try
        {
            return await connections.ExistsAsync(id, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotLooked(id, e);
            return null;
        }
    }

    [LoggerMessage(3104, LogLevel.Warning, "{Session}: the last look before a webhook could not be taken")]
    partial void LogNotLooked(AppSessionId session, Exception exception);

    [LoggerMessage(3105, LogLevel.Warning, "{Session}: no webhook for now, the durable engine is so far behind that no app can attach")]
    partial void LogEngineBusy(AppSessionId session);
}
