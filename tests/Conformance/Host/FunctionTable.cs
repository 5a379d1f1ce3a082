namespace Lifecycle.Conformance.Host;

/// <summary>The functions that the worker has loaded, as the host finds them.</summary>
sealed class FunctionTable(IReadOnlyList<LoadedFunction> functions)
{
    public IReadOnlyList<LoadedFunction> All => functions;

    public IEnumerable<LoadedFunction> Http => functions.Where(function => function.TriggerType == "httpTrigger");

    /// <summary>A function by its own name.</summary>
    public LoadedFunction Named(string name) => Single(function => function.Name == name, name);

    /// <summary>The function of an activity.</summary>
    public LoadedFunction Activity(string name) => Durable("activityTrigger", "activity", name);

    /// <summary>The function of an orchestration.</summary>
    public LoadedFunction Orchestration(string name) => Durable("orchestrationTrigger", "orchestration", name);

    /// <summary>The function of an entity; its instance id has the name in lower case.</summary>
    public LoadedFunction Entity(string name) => Durable("entityTrigger", "entityName", name);

    /// <summary>The function of a hub's event; null when there is none.</summary>
    public LoadedFunction? SignalR(string hub, string category, string @event) => functions.SingleOrDefault(function =>
        function.TriggerType == "signalRTrigger"
        && Same(function.Setting("hubName"), hub) && Same(function.Setting("category"), category) && Same(function.Setting("event"), @event));

    /// <summary>Whether there is a function of the hub.</summary>
    public bool HasHub(string hub) => functions.Any(function => function.TriggerType == "signalRTrigger" && Same(function.Setting("hubName"), hub));

    LoadedFunction Durable(string type, string setting, string name) =>
        Single(function => function.TriggerType == type && Same(function.Setting(setting) ?? function.Name, name), $"{type} '{name}'");

    LoadedFunction Single(Func<LoadedFunction, bool> matches, string what) =>
        functions.SingleOrDefault(matches) ?? throw new InvalidOperationException($"The worker has no function {what}.");

    static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
