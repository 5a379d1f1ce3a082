using System.Security.Cryptography;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>The app registry: <c>/api/apps/{packageName}</c>.</summary>
public sealed class AppFunctions(AppDirectory directory, SecretVault vault, WebhookTargets targets, Policy fleet)
{
    const string Route = "apps/{packageName}";

    /// <summary>Registers an app or replaces its registration. Answers when it is in force.</summary>
    [Function("PutApp")]
    [Api("Registers an app, or replaces its registration.", Body = typeof(AppBody))]
    [Answers(StatusCodes.Status200OK, "It was replaced.", typeof(AppView))]
    [Answers(StatusCodes.Status201Created, "It was registered; a key or secret that was made is shown this once.", typeof(AppView))]
    [Answers(StatusCodes.Status202Accepted, "It will be in force soon.", typeof(AppView))]
    public async Task<IActionResult> Put(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = Route)] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        Requests.ReadIdentifier("packageName", packageName);
        var body = await Requests.ReadBodyAsync<AppBody>(request, cancellation);
        var asked = body.Validated(NewRevision(), fleet, targets);
        var before = await directory.ReadAsync(client, packageName);
        var madeKey = before is null && body.ApiKey is null ? NewKey() : null;
        var madeSecret = body.WebhookSecrets is null && (before?.WebhookSecrets.IsEmpty ?? true) ? WebhookSecret.Make() : null;
        asked = (body.ApiKey ?? madeKey) is { } key ? asked.WithApiKey(key) : asked;
        // From here on no secret is in plain text: the next line puts it into a message that is stored.
        asked = asked with { WebhookSecrets = [.. (body.WebhookSecrets ?? [madeSecret]).OfType<string>().Select(secret => vault.Seal(packageName, secret))] };

        await client.Entities.SignalEntityAsync(AppEntity.IdOf(packageName), nameof(AppEntity.Put), asked, cancellation: cancellation);
        var inForce = await directory.WaitForAsync(client, packageName, a => a?.Has(asked.Revision) == true, cancellation);
        var app = before?.ReplacedBy(asked) ?? asked;
        var view = AppView.Of(packageName, app, directory.PolicyOf(app)) with { ApiKey = madeKey, WebhookSecret = madeSecret };
        var status = !inForce ? StatusCodes.Status202Accepted : before is null ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return new JsonAnswer(status, view) { Location = $"/api/apps/{packageName}" };
    }

    /// <summary>Shows a registration, without secrets.</summary>
    [Function("GetApp")]
    [Api("Shows a registration, without secrets.")]
    [Answers(StatusCodes.Status200OK, "The registration and the policy in force.", typeof(AppView))]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    public async Task<IActionResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client)
    {
        var app = await RequireAsync(client, packageName);
        return JsonAnswer.Ok(AppView.Of(packageName, app, directory.PolicyOf(app)));
    }

    /// <summary>Forgets an app. Sessions that run go on; it attaches to no more, and no webhook goes out.</summary>
    [Function("DeleteApp")]
    [Api("Forgets an app. Sessions that run go on; it attaches to no more, and no webhook goes out.")]
    [Answers(StatusCodes.Status204NoContent, "It is forgotten.")]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    public async Task<IActionResult> Delete(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = Route)] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        await RequireAsync(client, packageName);
        await client.Entities.SignalEntityAsync(AppEntity.IdOf(packageName), nameof(AppEntity.Remove), cancellation: cancellation);
        await directory.WaitForAsync(client, packageName, app => app is null, cancellation);
        return JsonAnswer.NoContent;
    }

    /// <summary>Makes a new signing secret and shows it once; the newest old one stays valid beside it.</summary>
    [Function("RotateAppSecret")]
    [Api("Makes a new signing secret; the newest old one stays valid beside it.")]
    [Answers(StatusCodes.Status200OK, "The secret, shown this once.", typeof(RotationView))]
    [Answers(StatusCodes.Status202Accepted, "It will be in force soon.", typeof(RotationView))]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    public async Task<IActionResult> RotateSecret(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/rotate-secret")] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        var before = await RequireAsync(client, packageName);
        var made = WebhookSecret.Make();
        var rotation = new SecretRotation(NewRevision(), vault.Seal(packageName, made));
        var view = new RotationView(packageName, made, before.RotatedBy(rotation).WebhookSecrets.Length);
        return await RotateAsync(client, packageName, nameof(AppEntity.RotateSecret), rotation, rotation.Revision, view, cancellation);
    }

    /// <summary>Makes a new API key and shows it once; the one that was valid stays so beside it.</summary>
    [Function("RotateAppKey")]
    [Api("Makes a new API key; the one that was valid stays so beside it.")]
    [Answers(StatusCodes.Status200OK, "The key, shown this once.", typeof(KeyRotationView))]
    [Answers(StatusCodes.Status202Accepted, "It will be in force soon.", typeof(KeyRotationView))]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    public async Task<IActionResult> RotateKey(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/rotate-key")] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        var before = await RequireAsync(client, packageName);
        var made = NewKey();
        var rotation = new KeyRotation(NewRevision(), HashedKey.Of(made));
        var view = new KeyRotationView(packageName, made, before.RotatedBy(rotation).ApiKeyCount);
        return await RotateAsync(client, packageName, nameof(AppEntity.RotateKey), rotation, rotation.Revision, view, cancellation);
    }

    async Task<JsonAnswer> RotateAsync(
        DurableTaskClient client, string packageName, string operation, object rotation, string revision, object view, CancellationToken cancellation)
    {
        await client.Entities.SignalEntityAsync(AppEntity.IdOf(packageName), operation, rotation, cancellation: cancellation);
        var inForce = await directory.WaitForAsync(client, packageName, app => app?.Has(revision) == true, cancellation);
        return new JsonAnswer(inForce ? StatusCodes.Status200OK : StatusCodes.Status202Accepted, view);
    }

    async Task<AppRegistration> RequireAsync(DurableTaskClient client, string packageName)
    {
        Requests.ReadIdentifier("packageName", packageName);
        return await directory.ReadAsync(client, packageName) ?? throw NotRegistered(packageName);
    }

    internal static InputException NotRegistered(string packageName) =>
        InputException.NotFound("app_not_registered", $"The app {packageName} is not registered: PUT /api/apps/{packageName} first.");

    static string NewRevision() => Convert.ToHexString(RandomNumberGenerator.GetBytes(8));

    static string NewKey() => "lk_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    // A body is not needed; one that says something would be misunderstood.
    sealed record NoBody;
}
