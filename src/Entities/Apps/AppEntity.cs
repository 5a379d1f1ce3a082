using Microsoft.DurableTask.Entities;

namespace Lifecycle.Entities;

/// <summary>One app (package) as a durable entity, key <c>{packageName}</c>.</summary>
public sealed class AppEntity : TaskEntity<AppDocument>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "App";

    /// <summary>The entity of an app.</summary>
    public static EntityInstanceId IdOf(string packageName) => new(Name, packageName);

    /// <summary>Registers the app, or replaces its registration; without new secrets the old ones stay.</summary>
    public void Put(AppRegistration registration)
    {
        var before = State ?? new();
        State = before with { Registration = before.Registration?.ReplacedBy(registration) ?? registration };
    }

    /// <summary>Forgets the app.</summary>
    public void Remove() => State = null;

    /// <inheritdoc/>
    protected override AppDocument InitializeState(TaskEntityOperation entityOperation) => new();
}
