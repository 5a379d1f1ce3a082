using System.Security.Cryptography;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>One entity operation as the SDK's entities see it.</summary>
sealed class EntityOperationAdapter(EntityTurn turn) : TaskEntityOperation
{
    public override string Name => turn.Operation;

    public override TaskEntityContext Context { get; } = new EntityContextAdapter(turn);

    public override TaskEntityState State { get; } = new EntityStateAdapter(turn);

    public override bool HasInput => turn.Input is not null;

    public override object? GetInput(Type inputType) => EmbeddedJson.Read(turn.Input, inputType);
}

/// <summary>The state of one entity during one operation.</summary>
sealed class EntityStateAdapter(EntityTurn turn) : TaskEntityState
{
    public override bool HasState => turn.State is not null;

    public override object? GetState(Type type) => EmbeddedJson.Read(turn.State, type);

    public override void SetState(object? state) => turn.State = EmbeddedJson.Write(state);
}

/// <summary>What an entity can send during one operation; sent when the operation is stored.</summary>
sealed class EntityContextAdapter(EntityTurn turn) : TaskEntityContext
{
    public override EntityInstanceId Id { get; } = EntityInstanceId.FromString(turn.EntityId);

    public override void SignalEntity(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null) =>
        turn.Signal(id.ToString(), operationName, EmbeddedJson.Write(input), options?.SignalTime);

    public override string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
    {
        var instanceId = options?.InstanceId ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        turn.Start(name.Name, instanceId, EmbeddedJson.Write(input), options?.StartAt);
        return instanceId;
    }
}
