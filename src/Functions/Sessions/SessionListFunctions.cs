using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Maintenance;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>What the platform asks of whole user sessions.</summary>
public sealed class SessionListFunctions(StoredEntities stored, AppDirectory directory, TimeProvider time)
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
        TellAllAsync(client, sessionId, nameof(UserSessionEntity.Stop), new StopRequested(Reasons.SessionDeleted), cancellation);

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
        return await TellAllAsync(client, sessionId, nameof(UserSessionEntity.Away), new UserWentAway(), cancellation);
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
        return await TellAllAsync(client, sessionId, nameof(UserSessionEntity.Back), new UserCameBack(), cancellation);
    }

    // Those that a read shows are told at once; the user session remembers it for those whose start is still on its way.
    async Task<IActionResult> TellAllAsync(
        DurableTaskClient client, string sessionId, string operation, SessionEvent input, CancellationToken cancellation)
    {
        Requests.ReadIdentifier("sessionId", sessionId);
        var said = new SaidToSession(time.GetUtcNow());
        await client.Entities.SignalEntityAsync(UserSessionEntity.IdOf(sessionId), operation, said, cancellation: cancellation);
        var told = new List<string>();
        await foreach (var (id, _) in AppsOf(client, sessionId).WithCancellation(cancellation))
        {
            await client.TellAsync(id, operation, input with { InForce = await directory.FindPolicyAsync(client, id.PackageName) }, cancellation);
            told.Add(id.PackageName);
        }

        return JsonAnswer.Accepted($"/api/sessions/{sessionId}/apps", new SessionCommandAccepted(sessionId, operation.ToLowerInvariant(), told));
    }

    IAsyncEnumerable<(AppSessionId Id, AppSession Session)> AppsOf(DurableTaskClient client, string sessionId)
    {
        Requests.ReadIdentifier("sessionId", sessionId);
        return stored.AppSessionsAsync(client, PageSize, sessionId);
    }

    // A body is not needed; one that says something would be misunderstood.
    sealed record NoBody;
}
