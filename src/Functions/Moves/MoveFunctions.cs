using System.Security.Cryptography;
using Lifecycle.Functions.Engine;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Moves;

/// <summary>What an operator asks of attached apps: to attach anew, here or at another installation.</summary>
public sealed class MoveFunctions(AppDirectory directory, TimeProvider time)
{
    const int IdBytes = 8;

    /// <summary>Asks attached apps to attach anew, each in a slot of its own.</summary>
    [Function("StartMove")]
    [Api("Asks attached apps to attach anew, here or at another installation, each in a slot of its own; each attaches first and closes its old socket after that.", Body = typeof(MoveBody))]
    [Answers(StatusCodes.Status202Accepted, "They are told; look there.", typeof(MoveAccepted))]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    [Answers(StatusCodes.Status409Conflict, "Apps are still being told of another move (move_in_progress).")]
    public async Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "move")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await Requests.ReadBodyAsync<MoveBody>(request, cancellation);
        var plan = body.Validated(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), time.GetUtcNow());
        if (plan.PackageName is { } app && await directory.FindAsync(client, app) is null)
        {
            throw AppFunctions.NotRegistered(app);
        }

        await RefuseSecondAsync(client);
        await client.ScheduleNewOrchestrationInstanceAsync(Move.OrchestratorName, plan, new StartOrchestrationOptions(Move.InstanceIdOf(plan.Id)), cancellation);
        return JsonAnswer.Accepted($"/api/moves/{plan.Id}", new MoveAccepted(plan.Id, plan.AcceptedAt.AddMilliseconds(plan.WindowMs)));
    }

    /// <summary>Shows how far a move has come.</summary>
    [Function("GetMove")]
    [Api("Shows how many apps were told of a move, and which could not be.")]
    [Answers(StatusCodes.Status200OK, "How far it has come.", typeof(MoveView))]
    [Answers(StatusCodes.Status404NotFound, "There is no such move, or it was long ago.")]
    public async Task<IActionResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "moves/{moveId}")] HttpRequest request,
        string moveId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        Requests.ReadIdentifier("moveId", moveId);
        var instance = await client.GetInstanceAsync(Move.InstanceIdOf(moveId), getInputsAndOutputs: true, cancellation);
        return instance is null
            ? throw InputException.NotFound("no_such_move", $"There is no move {moveId}: nobody asked for it, or it was forgotten.")
            : JsonAnswer.Ok(MoveView.Of(moveId, instance));
    }

    // Two at once would tell apps of two places. Once all are told the next one may come, however long the window is: the last word counts.
    static async Task RefuseSecondAsync(DurableTaskClient client)
    {
        if (await UnderWay.FindAsync(client, Move.InstanceIdOf("")) is { } other)
        {
            throw InputException.Conflict("move_in_progress", $"Apps are still being told of the move {other}: ask again when they are.");
        }
    }
}

/// <summary>The body of a move.</summary>
sealed record MoveBody
{
    public string? PackageName { get; init; }

    public int? Share { get; init; }

    public int? WindowMs { get; init; }

    public string? Url { get; init; }

    /// <exception cref="InputException">A field is out of its range.</exception>
    public MovePlan Validated(string id, DateTimeOffset now)
    {
        var plan = new MovePlan(id, now)
        {
            PackageName = PackageName,
            Share = Share ?? MovePlan.WholeShare,
            WindowMs = WindowMs ?? MovePlan.DefaultWindowMs,
            Url = Url,
        };
        return plan.Validate() is { Count: > 0 } errors ? throw InputException.Invalid("invalid_move", errors) : plan;
    }
}

/// <summary>The answer to a move that was accepted.</summary>
/// <param name="MoveId">Names it.</param>
/// <param name="EndsAt">When the last slot is over.</param>
sealed record MoveAccepted(string MoveId, DateTimeOffset EndsAt);

/// <summary>A move as the API shows it.</summary>
/// <param name="MoveId">Names it.</param>
/// <param name="State"><c>telling</c>, <c>told</c> or <c>failed</c>.</param>
/// <param name="Looked">How many stored sessions were looked at.</param>
/// <param name="Told">How many apps were told.</param>
/// <param name="Failed">How many attached apps could not be told.</param>
/// <param name="Untold">Those, as session:package; the first hundred.</param>
/// <param name="EndsAt">When the last slot is over.</param>
sealed record MoveView(string MoveId, string State, int Looked, int Told, int Failed, IReadOnlyList<string> Untold, DateTimeOffset? EndsAt)
{
    public static MoveView Of(string moveId, OrchestrationMetadata instance)
    {
        var isDone = instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed;
        var tally = (isDone ? instance.ReadOutputAs<MoveTally>() : instance.ReadCustomStatusAs<MoveTally>()) ?? new MoveTally();
        var plan = instance.ReadInputAs<MovePlan>();
        var state = instance.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Completed => "told",
            OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => "failed",
            _ => "telling",
        };
        return new MoveView(moveId, state, tally.Looked, tally.Told, tally.Failed, tally.Untold, plan?.AcceptedAt.AddMilliseconds(plan.WindowMs));
    }
}
