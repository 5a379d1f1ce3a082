using System.Security.Cryptography;
using Lifecycle.Functions.Engine;
using Lifecycle.Functions.Fleet;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Bulk;

/// <summary>What is asked of many app sessions at once: <c>POST /api/app-sessions/{revive|stop|start}</c>, and <c>/api/bulk/{bulkId}</c>.</summary>
public sealed partial class BulkFunctions(StoredSessions sessions, TimeProvider time, ILogger<BulkFunctions> logger)
{
    const string Counted = "Nothing was asked: so many are meant.";
    const string Taken = "They are told; look there.";
    const string Busy = "Another bulk action is under way (bulk_in_progress).";
    const int IdBytes = 8;
    const int MostNamed = 10;
    const int MostRows = 1_000_000;

    // Counting may take so long; on Azure Storage that is some thousand rows.
    static readonly TimeSpan longest = TimeSpan.FromSeconds(3);

    /// <summary>Tries evicted sessions again.</summary>
    [Function("BulkRevive")]
    [Api("Tries the app sessions again that a filter means; counts them unless dryRun is false.", Body = typeof(BulkBody))]
    [Answers(StatusCodes.Status200OK, Counted, typeof(BulkForecast))]
    [Answers(StatusCodes.Status202Accepted, Taken, typeof(BulkAccepted))]
    [Answers(StatusCodes.Status409Conflict, Busy)]
    public Task<IActionResult> Revive(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "app-sessions/revive")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation) => AskAsync(BulkAction.Revive, request, client, cancellation);

    /// <summary>Stops sessions.</summary>
    [Function("BulkStop")]
    [Api("Stops the app sessions that a filter means; counts them unless dryRun is false.", Body = typeof(BulkBody))]
    [Answers(StatusCodes.Status200OK, Counted, typeof(BulkForecast))]
    [Answers(StatusCodes.Status202Accepted, Taken, typeof(BulkAccepted))]
    [Answers(StatusCodes.Status409Conflict, Busy)]
    public Task<IActionResult> Stop(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "app-sessions/stop")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation) => AskAsync(BulkAction.Stop, request, client, cancellation);

    /// <summary>Starts apps in sessions.</summary>
    [Function("BulkStart")]
    [Api("Starts the apps of the app sessions that a filter means; counts them unless dryRun is false.", Body = typeof(BulkBody))]
    [Answers(StatusCodes.Status200OK, Counted, typeof(BulkForecast))]
    [Answers(StatusCodes.Status202Accepted, Taken, typeof(BulkAccepted))]
    [Answers(StatusCodes.Status409Conflict, Busy)]
    public Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "app-sessions/start")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation) => AskAsync(BulkAction.Start, request, client, cancellation);

    /// <summary>Shows how far a bulk action has come.</summary>
    [Function("GetBulk")]
    [Api("Shows how far a bulk action has come.")]
    [Answers(StatusCodes.Status200OK, "How far it has come.", typeof(BulkView))]
    [Answers(StatusCodes.Status404NotFound, "There is no such bulk action, or it was long ago.")]
    public async Task<IActionResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "bulk/{bulkId}")] HttpRequest request,
        string bulkId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation) => JsonAnswer.Ok(BulkView.Of(bulkId, await RequireAsync(client, bulkId, cancellation)));

    /// <summary>Stops a bulk action: who was told stays told, and nobody else is.</summary>
    [Function("StopBulk")]
    [Api("Stops a bulk action: who was told stays told, and nobody else is. The page under way is told to its end.")]
    [Answers(StatusCodes.Status202Accepted, "It stops, unless it is over already.", typeof(BulkView))]
    [Answers(StatusCodes.Status404NotFound, "There is no such bulk action, or it was long ago.")]
    public async Task<IActionResult> End(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "bulk/{bulkId}")] HttpRequest request,
        string bulkId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var instance = await RequireAsync(client, bulkId, cancellation);
        if (instance.IsUnderWay())
        {
            await client.TerminateInstanceAsync(instance.InstanceId, cancellation);
        }

        return JsonAnswer.Accepted($"/api/bulk/{bulkId}", BulkView.Of(bulkId, instance));
    }

    async Task<IActionResult> AskAsync(BulkAction action, HttpRequest request, DurableTaskClient client, CancellationToken cancellation)
    {
        var body = await Requests.ReadBodyAsync<BulkBody>(request, cancellation);
        var plan = body.Validated(action, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), time.GetUtcNow());
        return body.DryRun == false ? await BeginAsync(plan, client, cancellation) : JsonAnswer.Ok(await ForecastAsync(plan, client, cancellation));
    }

    async Task<BulkForecast> ForecastAsync(BulkPlan plan, DurableTaskClient client, CancellationToken cancellation)
    {
        var (matched, sample) = (0, new List<string>());
        bool Count(SessionBrief session)
        {
            if (plan.Means(session) && ++matched <= MostNamed)
            {
                sample.Add(session.Id.ToString());
            }

            return false; // it is counted, and need not be kept
        }

        var bounds = new ScanBounds(int.MaxValue, MostRows, longest);
        var piece = await sessions.ReadAsync(client, plan.Filter, ScanCursor.Beginning, bounds, cancellation, Count);
        return new BulkForecast(plan.Action, DryRun: true, matched, piece.Looked, piece.Next is null, sample);
    }

    async Task<IActionResult> BeginAsync(BulkPlan plan, DurableTaskClient client, CancellationToken cancellation)
    {
        await RefuseSecondAsync(client);
        var options = new StartOrchestrationOptions(BulkRun.InstanceIdOf(plan.Id));
        await client.ScheduleNewOrchestrationInstanceAsync(BulkRun.OrchestratorName, new BulkJob(plan, null, new BulkTally()), options, cancellation);
        LogBegun(plan.Id, plan.Action, plan.Filter, plan.Reason);
        return JsonAnswer.Accepted($"/api/bulk/{plan.Id}", new BulkAccepted(plan.Id));
    }

    static async Task<OrchestrationMetadata> RequireAsync(DurableTaskClient client, string bulkId, CancellationToken cancellation)
    {
        Requests.ReadIdentifier("bulkId", bulkId);
        return await client.GetInstanceAsync(BulkRun.InstanceIdOf(bulkId), getInputsAndOutputs: true, cancellation)
            ?? throw InputException.NotFound("no_such_bulk", $"There is no bulk action {bulkId}: nobody asked for it, or it was forgotten.");
    }

    // Two at once would load the engine twice, and may ask for contrary things.
    static async Task RefuseSecondAsync(DurableTaskClient client)
    {
        if (await UnderWay.FindAsync(client, BulkRun.InstanceIdOf("")) is { } other)
        {
            throw InputException.Conflict("bulk_in_progress", $"The bulk action {other} is under way: ask again when it is over, or DELETE /api/bulk/{other} first.");
        }
    }

    [LoggerMessage(4301, LogLevel.Information, "The bulk action {Bulk} was accepted: {Action} of the sessions with '{Filter}', because: {Reason}")]
    partial void LogBegun(string bulk, BulkAction action, SessionFilter filter, string? reason);
}
