namespace Lifecycle;

/// <summary>Something that the processes of an app said or did, whose webhooks are relayed. Each may be told twice, late, or in another order.</summary>
public abstract record RelayEvent;

/// <summary>A process takes webhooks over this connection. Said when it has connected, and again every minute.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="InstanceId">The process, as it calls itself.</param>
/// <param name="At">When it said so; null in what an older version queued: then it is when it is handled.</param>
public sealed record ProcessReady(string ConnectionId, string InstanceId, DateTimeOffset? At = null) : RelayEvent;

/// <summary>A process is about to leave: it is asked no more.</summary>
/// <param name="ConnectionId">The connection.</param>
public sealed record ProcessLeaving(string ConnectionId) : RelayEvent;

/// <summary>A connection has ended, or the SignalR service does not know it.</summary>
/// <param name="ConnectionId">The connection.</param>
public sealed record ProcessGone(string ConnectionId) : RelayEvent;

/// <summary>A process was asked and did not answer in time.</summary>
/// <param name="ConnectionId">The connection.</param>
public sealed record ProcessSilent(string ConnectionId) : RelayEvent;

/// <summary>An answer came by another instance than the one that waits for it.</summary>
/// <param name="Try">Names what was asked.</param>
/// <param name="Reply">The answer.</param>
public sealed record WebhookReplied(string Try, RelayReply Reply) : RelayEvent;

/// <summary>What the rules make of one event.</summary>
/// <param name="Roster">The roster after it.</param>
/// <param name="IsFirst">A process takes webhooks now, and none did before: the app's gate is told.</param>
public sealed record RelayDecision(RelayRoster Roster, bool IsFirst = false);
