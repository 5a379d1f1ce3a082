using System.Collections.Concurrent;

namespace Lifecycle.Conformance.Host.Durable;

/// <summary>
/// The names of the events that answer an orchestration's calls of entities. The worker draws them, the engine's history has no place for
/// them, and a replay must see the same.
/// </summary>
sealed class EntityCalls
{
    readonly ConcurrentDictionary<(string Execution, int TaskId), string> names = new();

    public void Add(string execution, int taskId, string name) => names[(execution, taskId)] = name;

    public string NameOf(string execution, int taskId) => names[(execution, taskId)];
}
