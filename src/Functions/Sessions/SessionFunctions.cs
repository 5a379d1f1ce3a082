using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>What the platform asks of app sessions: <c>/api/sessions/{sessionId}/apps/…</c>.</summary>
public sealed class SessionFunctions(AppDirectory directory)
{
    const string Route = "sessions/{sessionId}/apps/{packageName}";
    const int MaxReason = 256;

    /// <summary>Asks that an app be started in a session.</summary>
    [Function("StartApp")]
    public async Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/start")] HttpRequest request,
        string sessionId,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var (id, policy) = await ReadAsync(request, sessionId, packageName, client, cancellation);
        return await SignalAsync(client, id, nameof(AppSessionEntity.Start), new StartRequested(policy), cancellation);
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
        var (id, policy) = await ReadAsync(request, sessionId, packageName, client, cancellation);
        await RequireSessionAsync(client, id);
        return await SignalAsync(client, id, nameof(AppSessionEntity.Revive), new ReviveRequested(policy), cancellation);
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
        await RequireSessionAsync(client, id);
        return await SignalAsync(client, id, nameof(AppSessionEntity.Stop), new StopRequested(ReadReason(body.Reason)), cancellation);
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
        return JsonAnswer.Ok(SessionView.Of(id, await RequireSessionAsync(client, id)));
    }

    async Task<(AppSessionId Id, Policy Policy)> ReadAsync(
        HttpRequest request, string sessionId, string packageName, DurableTaskClient client, CancellationToken cancellation)
    {
        var id = Requests.ReadId(sessionId, packageName);
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        var app = await directory.FindAsync(client, packageName) ?? throw AppFunctions.NotRegistered(packageName);
        return (id, directory.PolicyOf(app));
    }

    static async Task<AppSession> RequireSessionAsync(DurableTaskClient client, AppSessionId id)
    {
        var entity = await client.Entities.GetEntityAsync<AppSessionDocument>(AppSessionEntity.IdOf(id));
        return entity?.State?.Session
            ?? throw InputException.NotFound("no_such_app_session", $"There is no app session {id}: nobody started it, or it was forgotten.");
    }

    static async Task<IActionResult> SignalAsync(
        DurableTaskClient client, AppSessionId id, string operation, SessionEvent input, CancellationToken cancellation)
    {
        await client.Entities.SignalEntityAsync(AppSessionEntity.IdOf(id), operation, input, cancellation: cancellation);
        var location = $"/api/sessions/{id.SessionId}/apps/{id.PackageName}";
        return JsonAnswer.Accepted(location, new { id.SessionId, id.PackageName, Accepted = operation.ToLowerInvariant() });
    }

    internal static string ReadReason(string? reason) => reason switch
    {
        null or "" => Reasons.StopRequested,
        { Length: > MaxReason } => throw InputException.Invalid("invalid_body", "reason", $"must be at most {MaxReason} characters"),
        _ => reason,
    };

    sealed record NoBody;
}

/// <summary>The body of a stop.</summary>
sealed record StopBody
{
    public string? Reason { get; init; }
}
