using Google.Protobuf;
using Lifecycle.Conformance.Rpc;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Protobuf;

namespace Lifecycle.Conformance.Host.Durable;

/// <summary>What the embedded engine runs: the worker's functions, called as the Durable extension of the Functions host calls them.</summary>
sealed class WorkerHandlers(FunctionTable functions, WorkerFunctions worker) : IDurableHandlers
{
    readonly EntityCalls calls = new();

    /// <inheritdoc/>
    public Task RunEntityAsync(EntityBatch batch)
    {
        var name = batch.EntityId[1..batch.EntityId.IndexOf('@', 1)];
        return batch.RunTogetherAsync(turns => RunAsync(functions.Entity(name), turns));
    }

    /// <inheritdoc/>
    public OrchestrationResult RunOrchestration(OrchestrationTurn turn)
    {
        var function = functions.Orchestration(turn.Instance.Name);
        // The engine runs an orchestrator on its own thread; this one waits for another process.
        var answer = InvokeAsync(function, new OrchestratorRequests(calls).Of(turn)).GetAwaiter().GetResult();
        return new OrchestratorResponses(calls).Read(turn, OrchestratorResponse.Parser.ParseFrom(answer));
    }

    /// <inheritdoc/>
    public async Task<string?> RunActivityAsync(ActivityCall call)
    {
        try
        {
            var result = await worker.InvokeAsync(functions.Activity(call.Name), new TypedData { String = ActivityPayloads.InputOf(call.Input) });
            return ActivityPayloads.OutputOf(result);
        }
        catch (FunctionFailedException e)
        {
            throw ActivityPayloads.FailureOf(e.Message);
        }
    }

    async Task<IReadOnlyList<EntityOutcome>> RunAsync(LoadedFunction function, IReadOnlyList<EntityTurn> turns)
    {
        var request = new EntityBatchRequest { InstanceId = turns[0].EntityId, EntityState = turns[0].State };
        request.Operations.Add(turns.Select(turn => new OperationRequest { Operation = turn.Operation, Input = turn.Input, RequestId = Guid.NewGuid().ToString() }));
        var batch = EntityBatchResult.Parser.ParseFrom(await InvokeAsync(function, request));
        if (batch.FailureDetails is { } failure)
        {
            throw new OperationFailedException(failure.ErrorType, failure.ErrorMessage);
        }

        turns[^1].State = batch.EntityState;
        foreach (var action in batch.Actions)
        {
            Send(turns[^1], action);
        }

        return [.. batch.Results.Select(OutcomeOf)];
    }

    static EntityOutcome OutcomeOf(OperationResult result) => result.Failure?.FailureDetails is { } failure
        ? new EntityOutcome(null, new OperationFailedException(failure.ErrorType, failure.ErrorMessage))
        : new EntityOutcome(result.Success.Result);

    static void Send(EntityTurn turn, OperationAction action)
    {
        if (action.SendSignal is { } signal)
        {
            turn.Signal(signal.InstanceId, signal.Name, signal.Input, signal.ScheduledTime?.ToDateTimeOffset());
        }
        else
        {
            var start = action.StartNewOrchestration;
            turn.Start(start.Name, start.InstanceId, start.Input, start.ScheduledTime?.ToDateTimeOffset());
        }
    }

    async Task<byte[]> InvokeAsync(LoadedFunction function, IMessage request)
    {
        var trigger = new TypedData { String = Convert.ToBase64String(request.ToByteArray()) };
        var answer = await worker.InvokeAsync(function, trigger);
        return Convert.FromBase64String(answer!.String);
    }
}
