namespace Lifecycle.Local.Durable;

/// <summary>What a line of an orchestration's history says. Numbers are stored: never reuse one.</summary>
public enum HistoryKind
{
    /// <summary>Malformed: no line says this.</summary>
    None = 0,

    /// <summary>The execution began, with its input.</summary>
    Started = 1,

    /// <summary>New messages were handled at this time: the orchestrator's clock.</summary>
    Turn = 2,

    /// <summary>The orchestrator asked for something; on replay it must ask for the same.</summary>
    Action = 3,

    /// <summary>A timer fired.</summary>
    TimerFired = 4,

    /// <summary>A task was answered.</summary>
    Completed = 5,

    /// <summary>A task failed.</summary>
    Failed = 6,

    /// <summary>An external event arrived.</summary>
    EventRaised = 7,
}

/// <summary>What an orchestrator can ask for. Numbers are stored: never reuse one.</summary>
public enum ActionKind
{
    /// <summary>Malformed: nobody asks for this.</summary>
    None = 0,

    /// <summary>Run an activity.</summary>
    Activity = 1,

    /// <summary>Wait.</summary>
    Timer = 2,

    /// <summary>Call an entity.</summary>
    CallEntity = 3,

    /// <summary>Signal an entity.</summary>
    SignalEntity = 4,

    /// <summary>Start another orchestration and await it.</summary>
    SubOrchestration = 5,

    /// <summary>Send an event to another orchestration.</summary>
    SendEvent = 6,
}

/// <summary>One line of an orchestration's history.</summary>
public sealed record HistoryEvent
{
    /// <summary>What it says.</summary>
    public required HistoryKind Kind { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Which of the orchestrator's tasks it is about.</summary>
    public int TaskId { get; init; }

    /// <summary>For an action: what was asked for.</summary>
    public ActionKind Action { get; init; }

    /// <summary>The activity, operation, orchestrator or event.</summary>
    public string? Name { get; init; }

    /// <summary>The entity or instance that was asked.</summary>
    public string? Target { get; init; }

    /// <summary>Input, result or failure as JSON.</summary>
    public string? Payload { get; init; }

    /// <summary>For a timer: when it is due. For a signal: when it is delivered.</summary>
    public DateTimeOffset? DueAt { get; init; }
}
