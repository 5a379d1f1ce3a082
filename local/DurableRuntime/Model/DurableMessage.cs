namespace Lifecycle.Local.Durable;

/// <summary>What a durable message is. Numbers are stored: never reuse one.</summary>
public enum MessageKind
{
    /// <summary>Malformed: no message is of this kind.</summary>
    None = 0,

    /// <summary>To an entity: an operation without an answer.</summary>
    Signal = 1,

    /// <summary>To an entity: an operation whose answer an orchestration awaits.</summary>
    Call = 2,

    /// <summary>To an orchestration: begin.</summary>
    Start = 3,

    /// <summary>To an orchestration: an external event.</summary>
    Event = 4,

    /// <summary>To an orchestration: a timer is due.</summary>
    Timer = 5,

    /// <summary>To an orchestration: an activity, entity or sub-orchestration answered.</summary>
    Completed = 6,

    /// <summary>To an orchestration: an activity, entity or sub-orchestration failed.</summary>
    Failed = 7,

    /// <summary>To an orchestration: end now.</summary>
    Terminate = 8,

    /// <summary>An activity to run.</summary>
    Activity = 9,
}

/// <summary>One durable message: stored with the transaction that sends it, deleted with the one that has handled it.</summary>
public sealed record DurableMessage
{
    /// <summary>The order in which messages were committed; set by the store.</summary>
    public long Sequence { get; init; }

    /// <summary>The entity or orchestration it is for.</summary>
    public required string Target { get; init; }

    /// <summary>What it is.</summary>
    public required MessageKind Kind { get; init; }

    /// <summary>When it is due; null for at once.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The operation, activity, orchestrator or event.</summary>
    public string? Name { get; init; }

    /// <summary>Its input, result or failure as JSON.</summary>
    public string? Payload { get; init; }

    /// <summary>The orchestration that awaits the answer; of a signal, the entity or orchestration that sent it, null for a client.</summary>
    public string? Caller { get; init; }

    /// <summary>
    /// The caller's execution: an answer to an earlier one is stale. Without a caller, the execution that a start was promised to
    /// begin.
    /// </summary>
    public string? Execution { get; init; }

    /// <summary>Which of the caller's tasks it belongs to.</summary>
    public int TaskId { get; init; }
}
