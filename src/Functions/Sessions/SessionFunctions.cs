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
    [Api("Asks that an app be started in a session.", Body = typeof(StartBody))]
    [Answers(StatusCodes.Status202Accepted, "It will be; look there.", typeof(CommandAccepted))]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    [Answers(StatusCodes.Status503ServiceUnavailable, "The app has been away for longer than the horizon; Retry-After says when it is looked for again.")]
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
    [Api("Asks that an evicted app session be tried again.")]
    [Answers(StatusCodes.Status202Accepted, "It will be; look there.", typeof(CommandAccepted))]
    [Answers(StatusCodes.Status404NotFound, "There is no such app session, or its app is not registered.")]
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
    [Api("Asks that an app be stopped in a session.", Body = typeof(StopBody))]
    [Answers(StatusCodes.Status202Accepted, "It will be, if it was started; look there.", typeof(CommandAccepted))]
    [Answers(StatusCodes.Status404NotFound, "There is no such app session, and its app is not registered.")]
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
    [Api("Shows one app session.")]
    [Answers(StatusCodes.Status200OK, "Its state and how it came there.", typeof(SessionView))]
    [Answers(StatusCodes.Status404NotFound, "There is no such app session, or its app is not registered.")]
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
        JsonAnswer.Accepted($"/api/sessions/{id.SessionId}/apps/{id.PackageName}", new CommandAccepted(id.SessionId, id.PackageName, command));

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
