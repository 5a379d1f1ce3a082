using Microsoft.DurableTask.Entities;

namespace Lifecycle.Entities;

/// <summary>The whole fleet as one durable entity: what its sweeps found. A shell around <see cref="FleetState"/>; nothing that an app session does goes through it.</summary>
public sealed class FleetEntity : TaskEntity<FleetState?>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "Fleet";

    /// <summary>The only one there is.</summary>
    public static EntityInstanceId Id { get; } = new(Name, "all");

    /// <summary>A sweep of app sessions ended.</summary>
    public void Swept(FleetSample input) => State = (State ?? FleetState.Unknown).Swept(input);

    /// <summary>A sweep of apps found other incidents than are known.</summary>
    public void Seen(FleetIncidents input) => State = (State ?? FleetState.Unknown).Seen(input);

    /// <inheritdoc/>
    protected override FleetState? InitializeState(TaskEntityOperation entityOperation) => null;
}
