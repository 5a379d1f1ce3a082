using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>What the platform asks of app sessions: <c>/api/sessions/{sessionId}/apps/…</c>.</summary>
public sealed class SessionFunctions(SessionCommands commands)
{
    const string Route = "sessions/{sessionId}/apps/{packageName}";

    /// <summary>Asks that an app be started in a session.</summary>
    [Function("StartApp")]
    public async Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/start")] HttpRequest request,
        string sessionId,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var id = Requests.ReadId(sessionId, packageName);
        var body = await Requests.ReadBodyAsync<StartBody>(request, cancellation);
        await commands.RefuseHopelessAsync(client, id);
        await commands.StartAsync(client, id, body.Foreground ?? false, cancellation);
        return Accepted(id, "start");
    }

    /// <summary>Asks that an evicted app session be tried again.</summary>
    [Function("ReviveApp")]
    public async Task<IActionResult> Revive(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/revive")] HttpRequest request,
        string sessionId,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var id = Requests.ReadId(sessionId, packageName);
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        await commands.ReviveAsync(client, id, cancellation);
        return Accepted(id, "revive");
    }

    /// <summary>Asks that an app be stopped.</summary>
    [Function("StopApp")]
    public async Task<IActionResult> Stop(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/stop")] HttpRequest request,
        string sessionId,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var id = Requests.ReadId(sessionId, packageName);
        var body = await Requests.ReadBodyAsync<StopBody>(request, cancellation);
        await commands.StopAsync(client, id, body.Reason, cancellation);
        return Accepted(id, "stop");
    }

    /// <summary>Shows one app session.</summary>
    [Function("GetAppSession")]
    public async Task<IActionResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequest request,
        string sessionId,
        string packageName,
        [DurableClient] DurableTaskClient client)
    {
        var id = Requests.ReadId(sessionId, packageName);
        return JsonAnswer.Ok(SessionView.Of(id, await SessionCommands.RequireAsync(client, id)));
    }

    static JsonAnswer Accepted(AppSessionId id, string command) =>
        JsonAnswer.Accepted($"/api/sessions/{id.SessionId}/apps/{id.PackageName}", new { id.SessionId, id.PackageName, Accepted = command });

    sealed record NoBody;
}

/// <summary>The body of a start.</summary>
sealed record StartBody
{
    public bool? Foreground { get; init; }
}

/// <summary>The body of a stop.</summary>
sealed record StopBody
{
    public string? Reason { get; init; }
}
