namespace Lifecycle;

/// <summary>
/// Another process was asked to take the app session over, with its state. Whoever shows the token of this invitation does, once: an attach of another process
/// ends it.
/// </summary>
/// <param name="Id">The run whose webhook carried it first.</param>
/// <param name="Leaving">The process that is to be replaced; null when it is not known.</param>
/// <param name="Reason">Why it was invited: a hand-over, or a resurrection.</param>
public sealed record Invitation(string Id, string? Leaving, RunReason Reason);

/// <summary>
/// The process before, whose connection is still open to say what it finished. Until it has said so nobody else is given what it had: no two processes work on one
/// message.
/// </summary>
/// <param name="ConnectionId">Its connection.</param>
/// <param name="InstanceId">As it calls itself; null when it does not say.</param>
/// <param name="Until">When it is not awaited any longer, UTC.</param>
public sealed record Predecessor(string ConnectionId, string? InstanceId, DateTimeOffset Until);
