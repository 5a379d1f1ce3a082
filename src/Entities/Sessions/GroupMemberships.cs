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

    async Task MoveAsync(AppSessionId id, ImmutableArray<string> join, ImmutableArray<string> leave) => await AllAsync(
    [
        .. join.Select(stream => (Func<Task>)(() => connections.JoinAsync(id, id.GroupOf(stream), Memberships.Ttl))),
        .. leave.Select(stream => (Func<Task>)(() => connections.LeaveAsync(id, id.GroupOf(stream)))),
    ]);

    async Task<ImmutableArray<string>> MissingAsync(AppSessionId id, ImmutableArray<string> streams)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal);
        await AllAsync([.. streams.Select(stream => (Func<Task>)(async () =>
        {
            if (!await IsInAsync(id, stream))
            {
                lock (missing)
                {
                    missing.Add(stream);
                }
            }
        }))]);
        return [.. streams.Where(missing.Contains)];
    }

    // What cannot even be asked about is to be joined, which tells the same and keeps no other back.
    async Task<bool> IsInAsync(AppSessionId id, string stream)
    {
        try
        {
            return await connections.IsInAsync(id, id.GroupOf(stream));
        }
        catch (Exception e) when (FinalFailures.Include(e))
        {
            return false;
        }
    }

    // One that is refused for what it is keeps no other back. A service that is away is asked no more: each call would wait for it.
    static async Task AllAsync(ImmutableArray<Func<Task>> calls)
    {
        var refused = new List<Exception>();
        foreach (var some in calls.Chunk(AtOnce))
        {
            var all = Task.WhenAll(some.Select(async call => await call())); // whether it throws or fails
            try
            {
                await all;
            }
            catch (Exception first)
            {
                refused.AddRange(all.Exception?.InnerExceptions ?? [first]);
                if (!refused.All(FinalFailures.Include))
                {
                    break;
                }
            }
        }

        if (refused.Count > 0)
        {
            throw new AggregateException(refused);
        }
    }
}
