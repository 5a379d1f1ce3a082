namespace Microsoft.DurableTask.Client;

/// <summary>The state of an orchestration.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>It runs.</summary>
    Running = 0,

    /// <summary>It returned.</summary>
    Completed = 1,

    /// <summary>It threw.</summary>
    Failed = 3,

    /// <summary>It was ended.</summary>
    Terminated = 5,

    /// <summary>It has not begun.</summary>
    Pending = 6,

    /// <summary>It is held.</summary>
    Suspended = 7,
}

/// <summary>An orchestration as the client sees it.</summary>
public sealed class OrchestrationMetadata
{
    /// <summary>Names it.</summary>
    public OrchestrationMetadata(string name, string instanceId) => (Name, InstanceId) = (name, instanceId);

    /// <summary>The orchestrator.</summary>
    public string Name { get; }

    /// <summary>The instance id.</summary>
    public string InstanceId { get; }

    /// <summary>Reads payloads.</summary>
    public DataConverter? DataConverter { get; init; }

    /// <summary>Where it stands.</summary>
    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it took its last turn.</summary>
    public DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>Its input, when asked for.</summary>
    public string? SerializedInput { get; init; }

    /// <summary>Its result, when asked for.</summary>
    public string? SerializedOutput { get; init; }

    /// <summary>What it says about itself.</summary>
    public string? SerializedCustomStatus { get; init; }

    /// <summary>How it failed.</summary>
    public TaskFailureDetails? FailureDetails { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => RuntimeStatus == OrchestrationRuntimeStatus.Running;

    /// <summary>Whether it has ended.</summary>
    public bool IsCompleted =>
        RuntimeStatus is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    /// <summary>The input as a value.</summary>
    public T? ReadInputAs<T>() => Read<T>(SerializedInput);

    /// <summary>The result as a value.</summary>
    public T? ReadOutputAs<T>() => Read<T>(SerializedOutput);

    /// <summary>What it says about itself, as a value.</summary>
    public T? ReadCustomStatusAs<T>() => Read<T>(SerializedCustomStatus);

    T? Read<T>(string? data) => DataConverter is { } converter
        ? converter.Deserialize<T>(data)
        : throw new InvalidOperationException("Ask for inputs and outputs when reading the instance.");
}

/// <summary>Which orchestrations to list.</summary>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    /// <summary>How many come on a page.</summary>
    public const int DefaultPageSize = 100;
}

/// <summary>What was purged.</summary>
public class PurgeResult
{
    /// <summary>Counts it.</summary>
    public PurgeResult(int count) => PurgedInstanceCount = count;

    /// <summary>Counts it, and says whether all went; null for unknown.</summary>
    public PurgeResult(int count, bool? isComplete)
        : this(count) => IsComplete = isComplete;

    /// <summary>Whether all went; null for unknown.</summary>
    public bool? IsComplete { get; }

    /// <summary>How many instances.</summary>
    public int PurgedInstanceCount { get; }
}

/// <summary>How an instance is purged.</summary>
public record PurgeInstanceOptions(bool Recursive = false);

/// <summary>How an instance is ended.</summary>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
