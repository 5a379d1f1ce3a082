namespace Microsoft.DurableTask.Client;

/// <summary>Which orchestrations to purge; those that have not ended are never purged.</summary>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>How long one call goes on at most; null for until all are purged. A call that stops early says that it is not complete.</summary>
    public TimeSpan? Timeout { get; init; }
}
