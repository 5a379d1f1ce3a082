using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Maintenance;
using Lifecycle.Functions.Relay;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>How an app fares, and a hand for when it is back: <c>/api/apps/{packageName}/health</c> and <c>/revive</c>.</summary>
public sealed class AppHealthFunctions(StoredEntities stored, Policy fleet, TimeProvider time)
{
    const int PageSize = 500;

    /// <summary>Shows breaker, incident, last outcomes and the next probe.</summary>
    [Function("GetAppHealth")]
    [Api("Shows how an app fares: breaker, incident, last outcomes, next probe.")]
    [Answers(StatusCodes.Status200OK, "How it fares.", typeof(AppHealthView))]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    public async Task<IActionResult> Health(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "apps/{packageName}/health")] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client)
    {
        var app = await RequireAsync(client, packageName);
        var view = AppHealthView.Of(packageName, app.Gate, app.Registration!.Policy.Over(fleet));
        return JsonAnswer.Ok(app.Registration.IsRelayed ? view with { Relay = RelayView.Of(await client.ReadRosterAsync(packageName), time.GetUtcNow()) } : view);
    }

    /// <summary>
    /// Asks that every evicted session of the app be tried again. The first of them probes at once, whatever the breaker's schedule
    /// says; the others wait for its verdict as they would in any incident.
    /// </summary>
    [Function("ReviveAllOfApp")]
    [Api("Asks that every evicted session of an app be tried again.")]
    [Answers(StatusCodes.Status202Accepted, "They are.", typeof(AppRevivalAccepted))]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    public async Task<IActionResult> Revive(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "apps/{packageName}/revive")] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        var app = await RequireAsync(client, packageName);
        var revive = new ReviveRequested(app.Registration!.Policy.Over(fleet));
        await WantProbeAsync(client, packageName, new ProbeWanted(Crowd: true), cancellation);
        var revived = 0;
        await foreach (var id in EvictedOf(client, packageName).WithCancellation(cancellation))
        {
            await client.TellAsync(id, nameof(AppSessionEntity.Revive), revive, cancellation);
            revived++;
        }

        return JsonAnswer.Accepted($"/api/apps/{packageName}/health", new AppRevivalAccepted(packageName, "revive", revived));
    }

    /// <summary>A person asks for a revival: the breaker need not wait for its own next probe.</summary>
    internal static Task WantProbeAsync(DurableTaskClient client, string packageName, ProbeWanted wanted, CancellationToken cancellation) =>
        client.Entities.SignalEntityAsync(AppEntity.IdOf(packageName), nameof(AppEntity.WantProbe), wanted, cancellation: cancellation);

    static async Task<AppDocument> RequireAsync(DurableTaskClient client, string packageName)
    {
        Requests.ReadIdentifier("packageName", packageName);
        var entity = await client.Entities.GetEntityAsync<AppDocument>(AppEntity.IdOf(packageName));
        return entity?.State is { Registration: not null } app ? app : throw AppFunctions.NotRegistered(packageName);
    }

    // Nobody keeps a list of an app's sessions, which would be a bottleneck every day; this reads all sessions, on a rare day.
    async IAsyncEnumerable<AppSessionId> EvictedOf(DurableTaskClient client, string packageName)
    {
        await foreach (var (id, session) in stored.AppSessionsAsync(client, PageSize))
        {
            // The entity decides; this only spares those whom a revival does not concern the question.
            if (session.State == AppState.Evicted && id.PackageName == packageName)
            {
                yield return id;
            }
        }
    }

    sealed record NoBody;
}
