using System.Collections.Immutable;

namespace Lifecycle.Entities;

/// <summary>The user's memberships in the groups of its subscriptions, as the effects want them.</summary>
sealed class GroupMemberships(IAppConnections connections)
{
    // A set of a thousand streams must not become a thousand requests at once.
    const int AtOnce = 32;

    /// <summary>Changes from one set to the next.</summary>
    public Task ChangeAsync(AppSessionId id, ChangeGroups change) => MoveAsync(id, change.Join, change.Leave);

    /// <summary>Joins, whether the user is a member or not.</summary>
    public Task JoinAsync(AppSessionId id, JoinGroups join) => MoveAsync(id, join.Join, join.Leave);

    /// <summary>Joins what is not there.</summary>
    public async Task RestoreAsync(AppSessionId id, RestoreGroups restore)
    {
        var missing = await MissingAsync(id, restore.Witnesses);
        var (ask, unasked) = restore.Beyond(missing);
        await MoveAsync(id, [.. missing, .. unasked, .. await MissingAsync(id, ask)], []);
    }

    async Task MoveAsync(AppSessionId id, ImmutableArray<string> join, ImmutableArray<string> leave)
    {
        await AllAsync(join, stream => connections.JoinAsync(id, id.GroupOf(stream), Memberships.Ttl));
        await AllAsync(leave, stream => connections.LeaveAsync(id, id.GroupOf(stream)));
    }

    async Task<ImmutableArray<string>> MissingAsync(AppSessionId id, ImmutableArray<string> streams)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal);
        await AllAsync(streams, async stream =>
        {
            if (!await connections.IsInAsync(id, id.GroupOf(stream)))
            {
                lock (missing)
                {
                    missing.Add(stream);
                }
            }
        });
        return [.. streams.Where(missing.Contains)];
    }

    static async Task AllAsync(IEnumerable<string> streams, Func<string, Task> act)
    {
        foreach (var some in streams.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(act));
        }
    }
}
