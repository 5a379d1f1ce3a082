namespace Lifecycle.Local.Durable;

/// <summary>The code that the engine runs. Payloads are JSON that the engine does not look into.</summary>
public interface IDurableHandlers
{
    /// <summary>Runs a batch of operations on one entity: must call <see cref="EntityBatch.RunAsync"/> once.</summary>
    Task RunEntityAsync(EntityBatch batch);

    /// <summary>Replays an orchestrator over its history and gives what it asks for now. Synchronous: it may await nothing else.</summary>
    OrchestrationResult RunOrchestration(OrchestrationTurn turn);

    /// <summary>Runs an activity once and gives its result as JSON.</summary>
    Task<string?> RunActivityAsync(ActivityCall call);
}

/// <summary>One run of an activity.</summary>
/// <param name="Name">The activity function.</param>
/// <param name="Input">Its input as JSON.</param>
/// <param name="InstanceId">The orchestration that called it.</param>
public sealed record ActivityCall(string Name, string? Input, string InstanceId);

/// <summary>One turn of an orchestration.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="History">Its whole history; the lines from <paramref name="Known"/> on are new.</param>
/// <param name="Known">How many lines were there before this turn.</param>
public sealed record OrchestrationTurn(OrchestrationRecord Instance, IReadOnlyList<HistoryEvent> History, int Known);

/// <summary>What a turn led to.</summary>
public sealed record OrchestrationResult
{
    /// <summary>What the orchestrator asked for in this turn: lines of kind <see cref="HistoryKind.Action"/>.</summary>
    public IReadOnlyList<HistoryEvent> Actions { get; init; } = [];

    /// <summary>Running, Completed or Failed.</summary>
    public OrchestrationState State { get; init; } = OrchestrationState.Running;

    /// <summary>Its result as JSON.</summary>
    public string? Output { get; init; }

    /// <summary>Why it failed.</summary>
    public FailureInfo? Failure { get; init; }

    /// <summary>What it says about itself, as JSON.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>Whether it begins anew with another input and an empty history.</summary>
    public bool ContinuesAsNew { get; init; }

    /// <summary>The input of the next execution.</summary>
    public string? NextInput { get; init; }

    /// <summary>External events that nobody awaited yet and the next execution gets.</summary>
    public IReadOnlyList<HistoryEvent> CarriedOver { get; init; } = [];
}
