namespace Lifecycle.Local.Durable;

/// <summary>The state of an orchestration. Numbers are those of the official client.</summary>
public enum OrchestrationState
{
    /// <summary>It has taken its first turn.</summary>
    Running = 0,

    /// <summary>It returned.</summary>
    Completed = 1,

    /// <summary>It threw.</summary>
    Failed = 3,

    /// <summary>It was ended from outside.</summary>
    Terminated = 5,

    /// <summary>It has not taken its first turn.</summary>
    Pending = 6,
}

/// <summary>One orchestration instance as it is stored.</summary>
public sealed record OrchestrationRecord
{
    /// <summary>The instance id.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The orchestrator function.</summary>
    public required string Name { get; init; }

    /// <summary>Names this execution; continue-as-new and a replaced instance begin another.</summary>
    public required string Execution { get; init; }

    /// <summary>Where it stands.</summary>
    public required OrchestrationState State { get; init; }

    /// <summary>When the instance was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it took its last turn.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Its input as JSON.</summary>
    public string? Input { get; init; }

    /// <summary>Its result as JSON.</summary>
    public string? Output { get; init; }

    /// <summary>What it last said about itself, as JSON.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>Why it failed.</summary>
    public FailureInfo? Failure { get; init; }

    /// <summary>The orchestration that awaits it.</summary>
    public string? Parent { get; init; }

    /// <summary>The parent's execution.</summary>
    public string? ParentExecution { get; init; }

    /// <summary>Which of the parent's tasks it is.</summary>
    public int ParentTaskId { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => State is OrchestrationState.Completed or OrchestrationState.Failed or OrchestrationState.Terminated;
}

/// <summary>One entity as it is stored.</summary>
/// <param name="Id">Its instance id, <c>@name@key</c>.</param>
/// <param name="State">Its state as JSON.</param>
/// <param name="ModifiedAt">When it last changed.</param>
public sealed record EntityRecord(string Id, string State, DateTimeOffset ModifiedAt);
