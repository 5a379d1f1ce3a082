using Lifecycle.Entities;
using Lifecycle.Functions.Secrets;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Webhooks;

/// <summary>Sends webhooks in the name of a registered app: with its secrets, to its app server or to its owner.</summary>
public sealed class AppWebhooks(AppDirectory directory, SecretVault vault, WebhookSender sender)
{
    /// <summary>To the app server.</summary>
    /// <param name="client">Finds the app.</param>
    /// <param name="request">The webhook.</param>
    /// <param name="takeOverToken">By which whoever takes it may take over; null for none.</param>
    public async Task<WebhookResult> SendToAppAsync(DurableTaskClient client, WebhookRequest request, string? takeOverToken = null)
    {
        var app = await directory.FindAsync(client, request.PackageName);
        return app is null
            ? WebhookResult.FromFailure(WebhookFailure.NotRegistered)
            : await SendAsync(request.PackageName, app, app.WebhookUrl, request.ToMessage(takeOverToken));
    }

    /// <summary>To the owner, signed as the app's own webhooks are; null when the app has no owner endpoint.</summary>
    public async Task<WebhookResult?> SendToOwnerAsync(string packageName, AppRegistration app, WebhookMessage message) =>
        app.OwnerUrl is { } url ? await SendAsync(packageName, app, url, message) : null;

    // Never unsigned: to a receiver that verifies it would be a forgery, and one that does not would learn to do without.
    async Task<WebhookResult> SendAsync(string packageName, AppRegistration app, string url, WebhookMessage message) =>
        vault.Open(packageName, app) is { } secrets
            ? await sender.SendAsync(url, secrets, message)
            : WebhookResult.FromFailure(WebhookFailure.NoSecret);
}
