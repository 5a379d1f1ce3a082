namespace Lifecycle.Entities;

/// <summary>The input of the orchestration that asks the health URL of an app that is away.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="Watch">The watch in the entity that it asks about.</param>
/// <param name="Order">The first round, or the one in force when the orchestration began anew with a short history.</param>
/// <param name="Round">Which round that is, from 1.</param>
public sealed record HealthWatchInput(string PackageName, string Watch, HealthOrder Order, int Round = 1)
{
    /// <summary>The orchestrator's function name.</summary>
    public const string OrchestratorName = "HealthWatch";

    /// <summary>The orchestration's instance id: one a watch.</summary>
    public string InstanceId => $"{OrchestratorName}-{Watch}";

    /// <summary>The input for an effect.</summary>
    public static HealthWatchInput Of(string packageName, WatchHealth watch) => new(packageName, watch.Watch, watch.Order);
}
