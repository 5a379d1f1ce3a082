using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.Durable;

/// <summary>The operations that wait for one entity, run one after the other and stored together.</summary>
public sealed class EntityBatch
{
    readonly IReadOnlyList<DurableMessage> messages;
    readonly DurableTransaction transaction;
    readonly ILogger logger;
    readonly Func<bool> isStopping;
    string? state;
    int next;

    internal EntityBatch(
        string entityId, string? state, IReadOnlyList<DurableMessage> messages, DurableTransaction transaction, ILogger logger, Func<bool> isStopping)
    {
        EntityId = entityId;
        (this.state, this.messages, this.transaction, this.logger, this.isStopping) = (state, messages, transaction, logger, isStopping);
    }

    /// <summary>The entity's instance id.</summary>
    public string EntityId { get; }

    internal string? State => state;

    /// <summary>The operation that was cancelled because the engine stops, if there was one: then nothing of the batch may be stored.</summary>
    internal OperationCanceledException? CutOff { get; private set; }

    /// <summary>
    /// Runs every operation. One that throws leaves no trace: its state change, signals and starts are rolled back; the caller of a
    /// call gets the error, a signal's error is logged.
    /// </summary>
    public async Task RunAsync(Func<EntityTurn, ValueTask<string?>> operation)
    {
        while (next < messages.Count)
        {
            var message = messages[next++];
            var turn = new EntityTurn(EntityId, message.Name ?? "", message.Payload, state);
            try
            {
                var result = await operation(turn);
                state = turn.State;
                turn.Outbox.ForEach(transaction.Send);
                Answer(message, MessageKind.Completed, result);
            }
            catch (OperationCanceledException e) when (isStopping())
            {
                CutOff = e;
                throw;
            }
            catch (Exception e)
            {
                Fail(message, e);
            }
        }
    }

    /// <summary>
    /// Hands over all operations at once, to somebody who keeps to the rules of <see cref="RunAsync"/> by himself. Each has the state from
    /// before the first one; the state that the last one is left with is stored, and what any of them sent.
    /// </summary>
    /// <param name="operations">Runs them in order, and gives what came of each.</param>
    public async Task RunTogetherAsync(Func<IReadOnlyList<EntityTurn>, Task<IReadOnlyList<EntityOutcome>>> operations)
    {
        var turns = messages.Select(message => new EntityTurn(EntityId, message.Name ?? "", message.Payload, state)).ToArray();
        var outcomes = await operations(turns);
        state = turns[^1].State;
        foreach (var turn in turns)
        {
            turn.Outbox.ForEach(transaction.Send);
        }

        foreach (var (result, failure) in outcomes)
        {
            var message = messages[next++];
            if (failure is null)
            {
                Answer(message, MessageKind.Completed, result);
            }
            else
            {
                Fail(message, failure);
            }
        }
    }

    /// <summary>Fails the operations that were not run, because the function threw or returned before it dispatched them.</summary>
    internal void FailRest(Exception e)
    {
        while (next < messages.Count)
        {
            Fail(messages[next++], e);
        }
    }

    void Fail(DurableMessage message, Exception e)
    {
        if (message.Kind == MessageKind.Signal)
        {
            EngineLog.SignalFailed(logger, message.Name, EntityId, e);
        }

        Answer(message, MessageKind.Failed, FailureJson.Write(FailureInfo.Of(e)));
    }

    void Answer(DurableMessage message, MessageKind kind, string? payload)
    {
        if (message.Kind == MessageKind.Call)
        {
            transaction.Send(new DurableMessage
            {
                Target = message.Caller!,
                Kind = kind,
                Execution = message.Execution,
                TaskId = message.TaskId,
                Payload = payload,
            });
        }
    }
}

/// <summary>What came of one operation.</summary>
/// <param name="Result">Its result as JSON.</param>
/// <param name="Failure">What it threw; null when it succeeded.</param>
public sealed record EntityOutcome(string? Result, Exception? Failure = null);

/// <summary>One operation on an entity.</summary>
public sealed class EntityTurn
{
    internal EntityTurn(string entityId, string operation, string? input, string? state) =>
        (EntityId, Operation, Input, State) = (entityId, operation, input, state);

    /// <summary>The entity's instance id.</summary>
    public string EntityId { get; }

    /// <summary>The operation's name.</summary>
    public string Operation { get; }

    /// <summary>Its input as JSON; null for none.</summary>
    public string? Input { get; }

    /// <summary>The entity's state as JSON; null for none, and to delete it.</summary>
    public string? State { get; set; }

    internal List<DurableMessage> Outbox { get; } = [];

    /// <summary>Signals an entity when this operation is stored, or at a later time.</summary>
    public void Signal(string entityId, string operation, string? input, DateTimeOffset? at) =>
        Outbox.Add(new DurableMessage { Target = entityId, Kind = MessageKind.Signal, Name = operation, Payload = input, DueAt = at, Caller = EntityId });

    /// <summary>Starts an orchestration when this operation is stored, or at a later time.</summary>
    public void Start(string orchestrator, string instanceId, string? input, DateTimeOffset? at) =>
        Outbox.Add(new DurableMessage { Target = instanceId, Kind = MessageKind.Start, Name = orchestrator, Payload = input, DueAt = at });
}
