using System.Reflection;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Functions;

/// <summary>Finds the app's functions by reflection and says what is wrong with those that cannot run.</summary>
sealed class FunctionScanner(bool aspNetCore)
{
    const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly string? s_sdk = typeof(FunctionScanner).Assembly.GetName().Name;

    readonly List<string> _problems = [];
    readonly List<FunctionEntry> _entries = [];

    public IReadOnlyList<string> Problems => _problems;

    public IReadOnlyList<FunctionEntry> Entries => _entries;

    /// <summary>The entry assembly and those it references, each as far as it uses the SDK.</summary>
    public static IReadOnlyList<Assembly> DefaultAssemblies()
    {
        var found = new Dictionary<string, Assembly>(StringComparer.Ordinal);
        var waiting = new Queue<Assembly>();
        if (Assembly.GetEntryAssembly() is { } entry)
            waiting.Enqueue(entry);
        while (waiting.TryDequeue(out var assembly))
        {
            var references = assembly.GetReferencedAssemblies();
            if (!references.Any(r => r.Name == s_sdk) || !found.TryAdd(assembly.FullName!, assembly))
                continue;
            foreach (var reference in references)
                if (reference.Name is { } name && name != s_sdk && !IsFramework(name))
                    waiting.Enqueue(Assembly.Load(reference));
        }
        return [.. found.Values];
    }

    public void Scan(IEnumerable<Type> types)
    {
        foreach (var type in types)
            foreach (var method in type.GetMethods(All))
                if (method.GetCustomAttribute<FunctionAttribute>() is { } function)
                    Add(function.Name, method);
    }

    void Add(string name, MethodInfo method)
    {
        var where = $"Function '{name}' ({method.DeclaringType!.FullName}.{method.Name})";
        if (string.IsNullOrWhiteSpace(name))
            _problems.Add($"{where} has no name.");
        else if (_entries.Find(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase)) is { } other)
            _problems.Add($"{where} has the same name as {other.Definition.EntryPoint}. Names are compared without case.");
        else if (!method.IsPublic || method.DeclaringType.IsAbstract && !method.IsStatic || method.ContainsGenericParameters)
            _problems.Add($"{where} must be a public, non-generic method of a class that can be made.");
        else if (FindTrigger(where, method) is { } trigger && BindAll(where, trigger, method) is { } binders)
            _entries.Add(new(name, method, trigger.Kind, trigger.Attribute, trigger.Parameter, binders));
    }

    FoundTrigger? FindTrigger(string where, MethodInfo method)
    {
        var triggers = method.GetParameters()
            .Select(p => (Parameter: p, Attribute: p.GetCustomAttribute<TriggerBindingAttribute>()))
            .Where(p => p.Attribute is not null).ToArray();
        if (triggers.Length != 1)
        {
            _problems.Add($"{where} has {(triggers.Length == 0 ? "no trigger" : "more than one trigger")}. It needs exactly one parameter with a trigger attribute.");
            return null;
        }
        var (parameter, attribute) = triggers[0];
        TriggerKind? kind = attribute switch
        {
            HttpTriggerAttribute => TriggerKind.Http,
            SignalRTriggerAttribute => TriggerKind.SignalR,
            TimerTriggerAttribute => TriggerKind.Timer,
            QueueTriggerAttribute => TriggerKind.Queue,
            EntityTriggerAttribute => TriggerKind.Entity,
            OrchestrationTriggerAttribute => TriggerKind.Orchestration,
            ActivityTriggerAttribute => TriggerKind.Activity,
            _ => null,
        };
        if (kind == TriggerKind.Http && !aspNetCore)
            _problems.Add($"{where} has an HTTP trigger, but the app does not call ConfigureFunctionsWebApplication().");
        else if (kind is null)
            _problems.Add($"{where} has a trigger that the embedded host does not know: {attribute!.GetType().Name}.");
        else
            return new(kind.Value, attribute!, parameter);
        return null;
    }

    ParameterBinder[]? BindAll(string where, FoundTrigger trigger, MethodInfo method)
    {
        var parameters = method.GetParameters();
        var binders = new ParameterBinder[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            if (ParameterBinders.TryCreate(trigger, parameters[i], out var binder, out var problem))
                binders[i] = binder;
            else
            {
                _problems.Add($"{where}: parameter '{parameters[i].Name}' of type {parameters[i].ParameterType.Name} {problem}");
                return null;
            }
        }
        return binders;
    }

    static bool IsFramework(string name) =>
        name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal) || name is "netstandard" or "mscorlib";
}
