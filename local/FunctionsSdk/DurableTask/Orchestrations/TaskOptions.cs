namespace Microsoft.DurableTask;

/// <summary>How an activity or a sub-orchestration is called.</summary>
public record TaskOptions
{
    /// <summary>Calls with retries.</summary>
    public TaskOptions(TaskRetryOptions? retry) => Retry = retry;

    /// <summary>Copies options.</summary>
    public TaskOptions(TaskOptions options) => Retry = options.Retry;

    /// <summary>How it is tried again; null for not at all.</summary>
    public TaskRetryOptions? Retry { get; init; }

    /// <summary>Retries by a policy.</summary>
    public static TaskOptions FromRetryPolicy(RetryPolicy policy) => new(new TaskRetryOptions(policy));

    /// <summary>Retries while the handler says so.</summary>
    public static TaskOptions FromRetryHandler(AsyncRetryHandler handler) => new(new TaskRetryOptions(handler));

    /// <summary>Retries while the handler says so.</summary>
    public static TaskOptions FromRetryHandler(RetryHandler handler) => FromRetryHandler(context => Task.FromResult(handler(context)));
}

/// <summary>Either a policy or a handler.</summary>
public sealed class TaskRetryOptions
{
    /// <summary>Retries by a policy.</summary>
    public TaskRetryOptions(RetryPolicy policy) => Policy = policy;

    /// <summary>Retries while the handler says so.</summary>
    public TaskRetryOptions(AsyncRetryHandler handler) => Handler = handler;

    /// <summary>The policy.</summary>
    public RetryPolicy? Policy { get; }

    /// <summary>The handler.</summary>
    public AsyncRetryHandler? Handler { get; }
}

/// <summary>Retries with growing waits, without jitter.</summary>
public class RetryPolicy
{
    readonly Func<TaskFailureDetails, bool> handles = static _ => true;

    /// <summary>Sets how often and after which waits to try.</summary>
    public RetryPolicy(
        int maxNumberOfAttempts, TimeSpan firstRetryInterval, double backoffCoefficient = 1, TimeSpan? maxRetryInterval = null, TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1);
        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        ThrowIfShorter(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        ThrowIfShorter(retryTimeout, firstRetryInterval, nameof(retryTimeout));
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
    }

    /// <summary>How often it is tried in all.</summary>
    public int MaxNumberOfAttempts { get; }

    /// <summary>The first wait.</summary>
    public TimeSpan FirstRetryInterval { get; }

    /// <summary>By what waits grow.</summary>
    public double BackoffCoefficient { get; }

    /// <summary>The longest wait; an hour unless told, infinite for none.</summary>
    public TimeSpan MaxRetryInterval { get; }

    /// <summary>How long it is tried; infinite for ever.</summary>
    public TimeSpan RetryTimeout { get; }

    /// <summary>Which failures are tried again; all by default.</summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init => handles = value;
    }

    internal bool Handles(TaskFailureDetails failure) => handles(failure);

    static void ThrowIfShorter(TimeSpan? value, TimeSpan least, string name)
    {
        if (value is { } span && span != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(span, least, name);
        }
    }
}

/// <summary>Says whether to try again.</summary>
public delegate bool RetryHandler(RetryContext retryContext);

/// <summary>Says whether to try again.</summary>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);

/// <summary>What a retry handler knows.</summary>
public record RetryContext(
    TaskOrchestrationContext OrchestrationContext,
    int LastAttemptNumber,
    TaskFailureDetails LastFailure,
    TimeSpan TotalRetryTime,
    CancellationToken CancellationToken);

/// <summary>How an orchestration is started.</summary>
public record StartOrchestrationOptions
{
    /// <summary>Names the instance and the time.</summary>
    public StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null) => (this.InstanceId, this.StartAt) = (InstanceId, StartAt);

    /// <summary>Copies options.</summary>
    public StartOrchestrationOptions(StartOrchestrationOptions options) => (InstanceId, StartAt) = (options.InstanceId, options.StartAt);

    /// <summary>The instance id; made when null.</summary>
    public string? InstanceId { get; init; }

    /// <summary>When it starts; null for at once.</summary>
    public DateTimeOffset? StartAt { get; init; }
}

/// <summary>The orchestration that called this one.</summary>
public record ParentOrchestrationInstance(TaskName Name, string InstanceId);
