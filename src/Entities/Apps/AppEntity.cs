using Microsoft.DurableTask.Entities;

namespace Lifecycle.Entities;

/// <summary>The registration of one app (package) as a durable entity, key <c>{packageName}</c>.</summary>
public sealed class AppEntity : TaskEntity<AppRegistration>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "App";

    /// <summary>The entity of an app.</summary>
    public static EntityInstanceId IdOf(string packageName) => new(Name, packageName);

    /// <summary>Registers the app, or replaces its registration; without a new key the old one stays.</summary>
    public void Put(AppRegistration registration)
    {
        var before = State ?? new();
        State = registration with
        {
            ApiKeySalt = registration.ApiKeyHash is null ? before.ApiKeySalt : registration.ApiKeySalt,
            ApiKeyHash = registration.ApiKeyHash ?? before.ApiKeyHash,
        };
    }

    /// <summary>Forgets the app.</summary>
    public void Remove() => State = null;

    /// <inheritdoc/>
    protected override AppRegistration InitializeState(TaskEntityOperation entityOperation) => new();
}
