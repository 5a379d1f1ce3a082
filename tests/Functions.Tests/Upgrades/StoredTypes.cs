using System.Reflection;
using Lifecycle.Entities;
using Lifecycle.Functions.Bulk;
using Lifecycle.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>Which type today's version reads a stored text as. A name that it does not know any more is an error: what is stored under it would be lost.</summary>
static class StoredTypes
{
    static readonly Dictionary<string, Type> entities = new[]
    {
        typeof(AppSessionEntity), typeof(UserSessionEntity), typeof(AppEntity), typeof(RelayEntity), typeof(PulseEntity), typeof(FleetEntity), typeof(ConsoleWatchEntity),
    }.ToDictionary(type => ((string)type.GetField("Name")!.GetRawConstantValue()!).ToLowerInvariant());

    static readonly Dictionary<string, Type> inputs = new()
    {
        [RunInput.OrchestratorName] = typeof(RunInput),
        [StopNoticeInput.OrchestratorName] = typeof(StopNoticeInput),
        [HealthWatchInput.OrchestratorName] = typeof(HealthWatchInput),
        [OwnerNoticeInput.OrchestratorName] = typeof(OwnerNoticeInput),
        [BulkRun.OrchestratorName] = typeof(BulkJob),
        ["Move"] = typeof(MovePlan),
    };

    static readonly Dictionary<string, Type> activities = (
        from type in typeof(LifecycleApp).Assembly.GetTypes()
        from method in type.GetMethods()
        from parameter in method.GetParameters()
        where parameter.GetCustomAttribute<ActivityTriggerAttribute>() is not null
        select (method.GetCustomAttribute<FunctionAttribute>()!.Name, parameter.ParameterType)).ToDictionary(one => one.Name, one => one.ParameterType);

    /// <summary>The state of an entity with this id, <c>@name@key</c>.</summary>
    public static Type OfEntity(string id) => EntityOf(id).BaseType!.GetGenericArguments()[0];

    /// <summary>The input of an operation; null for one that has none.</summary>
    public static Type? OfOperation(string id, string name)
    {
        var operation = EntityOf(id).GetMethods().Single(method => string.Equals(method.Name, name, StringComparison.OrdinalIgnoreCase) && method.DeclaringType == EntityOf(id));
        return operation.GetParameters().SingleOrDefault()?.ParameterType;
    }

    /// <summary>The input of an orchestrator.</summary>
    public static Type OfOrchestrator(string name) => inputs[name];

    /// <summary>The input of an activity.</summary>
    public static Type OfActivity(string name) => activities[name];

    static Type EntityOf(string id) => entities[id.Split('@')[1]];
}
