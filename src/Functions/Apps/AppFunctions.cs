using System.Security.Cryptography;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>The app registry: <c>/api/apps/{packageName}</c>.</summary>
public sealed class AppFunctions(AppDirectory directory, Policy fleet)
{
    const string Route = "apps/{packageName}";

    /// <summary>Registers an app or replaces its registration. Answers when it is in force.</summary>
    [Function("PutApp")]
    public async Task<IActionResult> Put(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = Route)] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        Requests.ReadIdentifier("packageName", packageName);
        var body = await Requests.ReadBodyAsync<AppBody>(request, cancellation);
        var app = body.Validated(revision: Convert.ToHexString(RandomNumberGenerator.GetBytes(8)), fleet);
        var before = await directory.ReadAsync(client, packageName);
        var madeKey = before is null && body.ApiKey is null ? NewKey() : null;
        app = madeKey is null ? app : app.WithApiKey(madeKey);

        await client.Entities.SignalEntityAsync(AppEntity.IdOf(packageName), nameof(AppEntity.Put), app, cancellation: cancellation);
        var inForce = await directory.WaitForAsync(client, packageName, a => a?.Revision == app.Revision, cancellation);
        var view = AppView.Of(packageName, app, directory.PolicyOf(app), madeKey);
        var status = !inForce ? StatusCodes.Status202Accepted : before is null ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return new JsonAnswer(status, view) { Location = $"/api/apps/{packageName}" };
    }

    /// <summary>Shows a registration, without secrets.</summary>
    [Function("GetApp")]
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

    async Task<AppRegistration> RequireAsync(DurableTaskClient client, string packageName)
    {
        Requests.ReadIdentifier("packageName", packageName);
        return await directory.ReadAsync(client, packageName) ?? throw NotRegistered(packageName);
    }

    internal static InputException NotRegistered(string packageName) =>
        InputException.NotFound("app_not_registered", $"The app {packageName} is not registered: PUT /api/apps/{packageName} first.");

    static string NewKey() => "lk_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
