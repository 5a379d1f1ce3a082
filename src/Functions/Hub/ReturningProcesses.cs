using System.Collections.Concurrent;
using Lifecycle.Entities;

namespace Lifecycle.Functions.Hub;

/// <summary>
/// Hears in <c>negotiate</c> which processes come back: those that show a genuine reconnect token, whichever session it is of. After a cloud restart a process of a thousand
/// sessions is at the last ones when the windows of those are over; that it is at work says that it lives.
/// </summary>
public sealed class ReturningProcesses(TimeProvider time) : IReturningProcesses
{
    /// <summary>How many processes are remembered at the most. When all of them were heard within <see cref="Kept"/>, a new one is not.</summary>
    public const int Most = 10_000;

    /// <summary>One that was not heard for so long is forgotten when there are too many.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<(string Package, string Instance), DateTimeOffset> seen = new();

    /// <inheritdoc/>
    public DateTimeOffset? LastSeen(string packageName, string? instanceId) =>
        instanceId is not null && seen.TryGetValue((packageName, instanceId), out var at) ? at : null;

    /// <summary>Looks at one negotiate that is good.</summary>
    public void Hear(AttachRequest attach)
    {
        if (attach.InstanceId is not { } instance || !NegotiateSigns.IsReturn(attach.TokenEpoch))
        {
            return;
        }

        var key = (attach.Id.PackageName, instance);
        if (seen.ContainsKey(key) || HasRoom())
        {
            seen[key] = time.GetUtcNow();
        }
    }

    bool HasRoom()
    {
        if (seen.Count < Most)
        {
            return true;
        }

        var old = time.GetUtcNow() - Kept;
        foreach (var known in seen.Where(known => known.Value < old))
        {
            seen.TryRemove(known);
        }

        return seen.Count < Most;
    }
}
