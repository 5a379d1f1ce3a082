using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Engine;

/// <summary>Orchestrations that have not ended: of some kinds there is only one at a time.</summary>
static class UnderWay
{
    // One that an operator has suspended goes on when it is resumed.
    static readonly OrchestrationRuntimeStatus[] statuses = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>Whether one has not ended.</summary>
    public static bool IsUnderWay(this OrchestrationMetadata instance) => statuses.Contains(instance.RuntimeStatus);

    /// <summary>What comes behind the prefix in the id of one that has not ended; null when all have.</summary>
    public static async Task<string?> FindAsync(DurableTaskClient client, string idPrefix)
    {
        var query = new OrchestrationQuery { InstanceIdPrefix = idPrefix, Statuses = statuses, PageSize = 1 };
        await foreach (var other in client.GetAllInstancesAsync(query))
        {
            return other.InstanceId[idPrefix.Length..];
        }

        return null;
    }
}
