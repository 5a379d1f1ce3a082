using System.Collections.Immutable;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Maintenance;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>What the platform asks of whole user sessions.</summary>
public sealed class SessionListFunctions(StoredEntities stored, AppDirectory directory)
{
    const int PageSize = 100;

    /// <summary>Lists the apps of a user session.</summary>
    [Function("ListAppSessions")]
    [Api("Lists the apps of a user session.")]
    [Answers(StatusCodes.Status200OK, "Its apps; none for a session that nobody knows.", typeof(SessionApps))]
    public async Task<IActionResult> List(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "sessions/{sessionId}/apps")] HttpRequest request,
        string sessionId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var apps = new List<SessionView>();
        await foreach (var (id, session) in AppsOf(client, sessionId).WithCancellation(cancellation))
        {
            apps.Add(SessionView.Of(id, session));
        }

        return JsonAnswer.Ok(new SessionApps(sessionId, apps));
    }

    /// <summary>Stops every app of a user session.</summary>
    [Function("DeleteSession")]
    [Api("Stops every app of a user session.")]
    [Answers(StatusCodes.Status202Accepted, "They will be.", typeof(SessionCommandAccepted))]
    public Task<IActionResult> Delete(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "sessions/{sessionId}")] HttpRequest request,
        string sessionId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation) =>
        TellAllAsync(client, sessionId, nameof(UserSessionEntity.Stop), (trace, apps) => new SessionStopped(new("session_deleted") { Trace = trace }, apps), cancellation);

    /// <summary>The user is away: what is lost from now on is not resurrected.</summary>
    [Function("SessionAway")]
    [Api("Says that the user is away: what is lost from now on is not resurrected.")]
    [Answers(StatusCodes.Status202Accepted, "The apps are told.", typeof(SessionCommandAccepted))]
    public async Task<IActionResult> Away(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "sessions/{sessionId}/away")] HttpRequest request,
        string sessionId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        return await TellAllAsync(client, sessionId, nameof(UserSessionEntity.Away), (trace, apps) => new SessionAway(new() { Trace = trace }, apps), cancellation);
    }

    /// <summary>The user is back: dormant apps are resurrected now.</summary>
    [Function("SessionBack")]
    [Api("Says that the user is back: dormant apps are resurrected now.")]
    [Answers(StatusCodes.Status202Accepted, "The apps are told.", typeof(SessionCommandAccepted))]
    public async Task<IActionResult> Back(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "sessions/{sessionId}/back")] HttpRequest request,
        string sessionId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        return await TellAllAsync(client, sessionId, nameof(UserSessionEntity.Back), (trace, apps) => new SessionBack(new() { Trace = trace }, apps), cancellation);
    }

    // By way of the user session: what was accepted before comes to each app before this, whether a read shows it by now or not.
    async Task<IActionResult> TellAllAsync(
        DurableTaskClient client, string sessionId, string operation, Func<string?, ImmutableArray<ToldApp>, object> told, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<ToldApp>();
        await foreach (var (id, _) in AppsOf(client, sessionId).WithCancellation(cancellation))
        {
            found.Add(new ToldApp(id.PackageName, await directory.FindPolicyAsync(client, id.PackageName)));
        }

        var apps = found.ToImmutable();
        var entity = UserSessionEntity.IdOf(sessionId);
        await client.Entities.SignalEntityAsync(entity, operation, told(LifecycleTracing.Here, apps), cancellation: cancellation);
        var lately = await client.Entities.GetEntityAsync<UserSession>(entity, cancellation: cancellation);
        string[] names = [.. (lately?.State ?? UserSession.Empty).ToTell(apps).Select(app => app.PackageName)];
        return JsonAnswer.Accepted($"/api/sessions/{sessionId}/apps", new SessionCommandAccepted(sessionId, operation.ToLowerInvariant(), names));
    }

    IAsyncEnumerable<(AppSessionId Id, AppSession Session)> AppsOf(DurableTaskClient client, string sessionId)
    {
        Requests.ReadIdentifier("sessionId", sessionId);
        return stored.AppSessionsAsync(client, PageSize, sessionId);
    }

    // A body is not needed; one that says something would be misunderstood.
    sealed record NoBody;
}
