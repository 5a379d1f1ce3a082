namespace Lifecycle.Entities;

/// <summary>Which app processes are coming back to their sessions now, as this host hears it: a hint, forgotten with the host.</summary>
public interface IReturningProcesses
{
    /// <summary>When a process last asked to come back to any of its sessions, UTC; null when this host has not heard it, or it has no name.</summary>
    /// <param name="packageName">Its app.</param>
    /// <param name="instanceId">The process, as it calls itself.</param>
    DateTimeOffset? LastSeen(string packageName, string? instanceId);
}
