using Lifecycle.Entities;
using Lifecycle.Functions.Relay;
using Lifecycle.Functions.Secrets;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Webhooks;

/// <summary>Sends webhooks in the name of a registered app: with its secrets, to its app server or to its owner.</summary>
public sealed class AppWebhooks(AppDirectory directory, SecretVault vault, WebhookSender sender, RelaySender relay)
{
    /// <summary>To the app server, at its address or over the connections of its processes; null when the SignalR service could not be asked to relay it.</summary>
    /// <param name="client">Finds the app.</param>
    /// <param name="request">The webhook.</param>
    /// <param name="takeOverToken">By which whoever takes it may take over; null for none.</param>
    public async Task<WebhookResult?> SendToAppAsync(DurableTaskClient client, WebhookRequest request, string? takeOverToken = null)
    {
        if (await directory.FindAsync(client, request.PackageName) is not { } app)
        {
            return WebhookResult.FromFailure(WebhookFailure.NotRegistered);
        }

        var message = request.ToMessage(takeOverToken);
        return app.IsRelayed
            ? await SendAsync(request.PackageName, app, secrets => sender.SendAsync(relay.RoadTo(client, request), secrets, message))
            : await SendAsync(request.PackageName, app, async secrets => await sender.SendAsync(app.WebhookUrl, secrets, message));
    }

    /// <summary>To the owner, signed as the app's own webhooks are; null when the app has no owner endpoint.</summary>
    public async Task<WebhookResult?> SendToOwnerAsync(string packageName, AppRegistration app, WebhookMessage message) =>
        app.OwnerUrl is { } url ? await SendAsync(packageName, app, async secrets => await sender.SendAsync(url, secrets, message)) : null;

    // Never unsigned: to a receiver that verifies it would be a forgery, and one that does not would learn to do without.
    async Task<WebhookResult?> SendAsync(string packageName, AppRegistration app, Func<SigningSecrets, Task<WebhookResult?>> send) =>
        vault.Open(packageName, app) is { } secrets ? await send(secrets) : WebhookResult.FromFailure(WebhookFailure.NoSecret);
}
