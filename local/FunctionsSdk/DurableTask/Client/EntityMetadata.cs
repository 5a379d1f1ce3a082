using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>An entity as the client sees it.</summary>
public class EntityMetadata<TState>
{
    readonly TState? state;

    /// <summary>Without state.</summary>
    public EntityMetadata(EntityInstanceId id) => Id = id;

    /// <summary>With state.</summary>
    public EntityMetadata(EntityInstanceId id, TState? state)
    {
        Id = id;
        IncludesState = state is not null;
        this.state = state;
    }

    /// <summary>The entity.</summary>
    public EntityInstanceId Id { get; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset LastModifiedTime { get; init; }

    /// <summary>Whether the state came along.</summary>
    [MemberNotNullWhen(true, nameof(State))]
    public bool IncludesState { get; }

    /// <summary>Its state.</summary>
    public TState? State => IncludesState
        ? state
        : throw new InvalidOperationException("The state was not asked for: set IncludeState when reading entities.");
}

/// <summary>An entity as the client sees it, with its state as text.</summary>
public sealed class EntityMetadata : EntityMetadata<SerializedData>
{
    /// <summary>With or without state.</summary>
    public EntityMetadata(EntityInstanceId id, SerializedData? state = null)
        : base(id, state)
    {
    }
}
