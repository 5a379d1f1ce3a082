using System.Runtime.CompilerServices;
using Lifecycle.Entities;

namespace Lifecycle.Bench.Rigs;

/// <summary>The real service, and how often sweeps asked it.</summary>
/// <param name="real">The service.</param>
/// <param name="lists">Whether it can list who is in a group; without that, sweeps ask as those did that knew no rolls.</param>
sealed class CountedConnections(IAppConnections real, bool lists) : IAppConnections
{
    int pages;
    int questions;

    /// <summary>How many pages of rolls were read.</summary>
    public int Pages => pages;

    /// <summary>How many sessions were asked about by themselves.</summary>
    public int Questions => questions;

    public Task SendAsync(AppSessionId user, string? connectionId, string target, object payload) => real.SendAsync(user, connectionId, target, payload);

    public Task CloseAsync(string connectionId, string reason) => real.CloseAsync(connectionId, reason);

    public Task JoinAsync(AppSessionId user, string group, TimeSpan ttl) => real.JoinAsync(user, group, ttl);

    public Task LeaveAsync(AppSessionId user, string group) => real.LeaveAsync(user, group);

    public Task LeaveAllAsync(AppSessionId user) => real.LeaveAllAsync(user);

    public Task<bool> ExistsAsync(AppSessionId user, CancellationToken cancellation)
    {
        Interlocked.Increment(ref questions);
        return real.ExistsAsync(user, cancellation);
    }

    public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation)
    {
        Interlocked.Increment(ref questions);
        return real.ExistsAsync(connectionId, cancellation);
    }

    public Task<bool> IsInAsync(AppSessionId user, string group) => real.IsInAsync(user, group);

    public async IAsyncEnumerable<IReadOnlyList<ListedConnection>> ReadRollAsync(int roll, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!lists)
        {
            throw new NotSupportedException();
        }

        await foreach (var page in real.ReadRollAsync(roll, cancellation))
        {
            Interlocked.Increment(ref pages);
            yield return page;
        }
    }
}
