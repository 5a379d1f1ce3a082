using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>Entities as orchestrators reach them.</summary>
sealed class ReplayEntities(OrchestrationReplay replay, OrchestrationRecord instance) : TaskOrchestrationEntityFeature
{
    public override async Task<TResult> CallEntityAsync<TResult>(
        EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        EmbeddedJson.Read<TResult>(await Call(id, operationName, input))!;

    public override Task CallEntityAsync(EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        Call(id, operationName, input);

    Task<string?> Call(EntityInstanceId id, string operation, object? input) => replay.Ask(Action(ActionKind.CallEntity, id, operation, input)).Answer;

    public override Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        replay.Ask(Action(ActionKind.SignalEntity, id, operationName, input) with { DueAt = options?.SignalTime }, answered: false);
        return Task.CompletedTask;
    }

    static HistoryEvent Action(ActionKind kind, EntityInstanceId id, string operation, object? input) => new()
    {
        Kind = HistoryKind.Action,
        Action = kind,
        Target = id.ToString(),
        Name = operation,
        Payload = EmbeddedJson.Write(input),
    };

    public override Task<IAsyncDisposable> LockEntitiesAsync(IEnumerable<EntityInstanceId> entityIds) =>
        throw new NotSupportedException($"The embedded runtime has no entity locks; {instance.Name} asked for some. Run it on the official host.");

    public override bool InCriticalSection(out IReadOnlyList<EntityInstanceId>? entityIds)
    {
        entityIds = null;
        return false;
    }
}
