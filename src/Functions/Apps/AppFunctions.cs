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
public sealed class AppFunctions(AppDirectory directory, SecretVault vault, WebhookTargets targets, Policy fleet, TimeProvider time)
{
    // Less than the wait for it, so that what is not seen by then will never be; by so much that clocks of two instances may differ.
    static readonly TimeSpan rotationGoodFor = TimeSpan.FromSeconds(3);

    static readonly TimeSpan askAgain = TimeSpan.FromSeconds(5);

    const string Route = "apps/{packageName}";

    /// <summary>Registers an app or replaces its registration. Answers when it is in force.</summary>
    [Function("PutApp")]
    [Api("Registers an app, or replaces its registration.", Body = typeof(AppBody))]
    [Answers(StatusCodes.Status200OK, "It was replaced.", typeof(AppView))]
    [Answers(StatusCodes.Status201Created, "It was registered; a key or secret that was made is shown this once.", typeof(AppView))]
    [Answers(StatusCodes.Status202Accepted, "It will be in force soon; a key or secret that was made for it is not shown, and rotating makes one that is.", typeof(AppView))]
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
        var made = new MadeSecrets(
            body.ApiKey is null && before is not { ApiKeyCount: > 0 } ? NewKey() : null,
            body.WebhookSecrets is null && (before?.WebhookSecrets.IsEmpty ?? true) ? WebhookSecret.Make() : null,
            secret => vault.Seal(packageName, secret));
        // From here on no secret is in plain text: the next lines put it into a message that is stored.
        asked = body.ApiKey is { } key ? asked.WithApiKey(key) : asked;
        asked = asked with { WebhookSecrets = [.. (body.WebhookSecrets ?? []).OfType<string>().Select(secret => vault.Seal(packageName, secret))], Offer = made.Offer };

        await client.Entities.SignalEntityAsync(AppEntity.IdOf(packageName), nameof(AppEntity.Put), asked, cancellation: cancellation);
        var (inForce, stored) = await directory.WaitForAsync(client, packageName, a => a?.Has(asked.Revision) == true || made.AnyIn(a), cancellation);
        // Others may have registered the app at the same moment, and then theirs is what counts.
        var app = inForce ? stored! : (before?.ReplacedBy(asked) ?? asked).Settled();
        var view = AppView.Of(packageName, app, directory.PolicyOf(app)) with { ApiKey = made.KeyIn(stored), WebhookSecret = made.SecretIn(stored) };
        var isNew = before is null && inForce && (app.BeganWith(asked.Revision) || made.AnyIn(app));
        var status = !inForce ? StatusCodes.Status202Accepted : isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK;
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
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    [Answers(StatusCodes.Status409Conflict, "Others rotated at the same moment and made it void.")]
    [Answers(StatusCodes.Status503ServiceUnavailable, "The durable engine is behind, and nothing was rotated.")]
    public async Task<IActionResult> RotateSecret(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/rotate-secret")] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        await RequireAsync(client, packageName);
        var made = WebhookSecret.Make();
        var rotation = new SecretRotation(NewRevision(), vault.Seal(packageName, made), time.GetUtcNow() + rotationGoodFor);
        var app = await RotateAsync(
            client, packageName, nameof(AppEntity.RotateSecret), rotation, rotation.Revision, a => a.WebhookSecrets.Contains(rotation.WebhookSecret), cancellation);
        return JsonAnswer.Ok(new RotationView(packageName, made, app.WebhookSecrets.Length));
    }

    /// <summary>Makes a new API key and shows it once; the one that was valid stays so beside it.</summary>
    [Function("RotateAppKey")]
    [Api("Makes a new API key; the one that was valid stays so beside it.")]
    [Answers(StatusCodes.Status200OK, "The key, shown this once.", typeof(KeyRotationView))]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    [Answers(StatusCodes.Status409Conflict, "Others rotated at the same moment and made it void.")]
    [Answers(StatusCodes.Status503ServiceUnavailable, "The durable engine is behind, and nothing was rotated.")]
    public async Task<IActionResult> RotateKey(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/rotate-key")] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        await RequireAsync(client, packageName);
        var made = NewKey();
        var rotation = new KeyRotation(NewRevision(), HashedKey.Of(made), time.GetUtcNow() + rotationGoodFor);
        var app = await RotateAsync(
            client, packageName, nameof(AppEntity.RotateKey), rotation, rotation.Revision, a => a.AcceptsApiKey(made), cancellation);
        return JsonAnswer.Ok(new KeyRotationView(packageName, made, app.ApiKeyCount));
    }

    // The registration with what was made in force: nothing else may be shown.
    async Task<AppRegistration> RotateAsync(
        DurableTaskClient client, string packageName, string operation, object rotation, string revision, Func<AppRegistration, bool> isIn, CancellationToken cancellation)
    {
        await client.Entities.SignalEntityAsync(AppEntity.IdOf(packageName), operation, rotation, cancellation: cancellation);
        var (inForce, app) = await directory.WaitForAsync(client, packageName, a => a?.Has(revision) == true, cancellation);
        return !inForce ? throw InputException.NotNow("not_rotated", "The durable engine is behind, and nothing was rotated: what is not in force in time is dropped. Ask again.", askAgain)
            : isIn(app!) ? app!
            : throw InputException.Conflict("rotated_again", "Others rotated at the same moment, and what was made here is void already. Ask again.");
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
