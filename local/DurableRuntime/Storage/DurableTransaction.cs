namespace Lifecycle.Local.Durable;

/// <summary>All that one work item changes; it is stored whole or not at all.</summary>
public sealed class DurableTransaction
{
    internal List<(string Id, string? State, DateTimeOffset At)> Entities { get; } = [];

    internal List<DurableMessage> Sent { get; } = [];

    internal List<long> Handled { get; } = [];

    internal List<OrchestrationRecord> Orchestrations { get; } = [];

    internal List<(string InstanceId, int Position, HistoryEvent Event)> History { get; } = [];

    internal List<string> ClearedHistories { get; } = [];

    internal List<string> Purged { get; } = [];

    /// <summary>Stores an entity's state; null deletes it.</summary>
    public void SaveEntity(string id, string? state, DateTimeOffset at) => Entities.Add((id, state, at));

    /// <summary>Sends a message.</summary>
    public void Send(DurableMessage message) => Sent.Add(message);

    /// <summary>A message has been handled.</summary>
    public void Handle(DurableMessage message) => Handled.Add(message.Sequence);

    /// <summary>Stores an orchestration.</summary>
    public void Save(OrchestrationRecord orchestration) => Orchestrations.Add(orchestration);

    /// <summary>Adds a line to a history, at its position from 0.</summary>
    public void Append(string instanceId, int position, HistoryEvent @event) => History.Add((instanceId, position, @event));

    /// <summary>Forgets a history; lines added by the same transaction stay.</summary>
    public void ClearHistory(string instanceId) => ClearedHistories.Add(instanceId);

    /// <summary>
    /// Forgets an orchestration that has ended, with its history and messages; a start that waits stays. One that has not ended when
    /// the transaction is stored is left alone.
    /// </summary>
    public void Purge(string instanceId) => Purged.Add(instanceId);

    /// <summary>How many of those to forget were forgotten; known when the transaction has been stored.</summary>
    public int PurgedCount { get; internal set; }

    /// <summary>Stores nothing of this transaction if the instance is pending or running when its turn to be stored comes.</summary>
    public void RequireNotRunning(string instanceId) => MustNotRun = instanceId;

    internal string? MustNotRun { get; private set; }

    /// <summary>Whether the store refused it, because the instance ran.</summary>
    internal bool Refused { get; set; }

    internal int Rows => Entities.Count + Sent.Count + Handled.Count + Orchestrations.Count + History.Count + ClearedHistories.Count + Purged.Count;
}
