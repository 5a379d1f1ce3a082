using System.Text.Json;

namespace Lifecycle.Sdk.Sessions;

/// <summary>Handlers for the targets that publishers choose for a stream; they outlive the connections they are put on.</summary>
sealed class TargetHandlers
{
    static readonly string[] Reserved = ["ack", "subscriptions", "message", "stop", "superseded", "tell", "move"];

    readonly Dictionary<string, HandlerList<JsonElement>> _byTarget = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a handler; <paramref name="isNew"/> tells that no connection listens to the target yet.</summary>
    public IDisposable Add(string target, Func<JsonElement, Task> handler, out bool isNew)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        if (Reserved.Contains(target, StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"Target '{target}' belongs to the Lifecycle protocol; use its own handler", nameof(target));
        lock (_byTarget)
        {
            isNew = !_byTarget.TryGetValue(target, out var list);
            if (list is null) _byTarget[target] = list = new HandlerList<JsonElement>();
            return list.Add(handler);
        }
    }

    /// <summary>Every target that has had a handler.</summary>
    public IReadOnlyList<string> Targets
    {
        get
        {
            lock (_byTarget) return [.. _byTarget.Keys];
        }
    }

    public void Raise(HandlerQueue queue, string target, JsonElement argument)
    {
        HandlerList<JsonElement>? list;
        lock (_byTarget) list = _byTarget.GetValueOrDefault(target);
        list?.RaiseWork(queue, argument);
    }
}
