namespace Lifecycle.Entities;

/// <summary>The user's memberships in the groups of its subscriptions, with the mark that says that they are complete.</summary>
sealed class GroupMemberships(IAppConnections connections)
{
    const int AtOnce = 32;

    /// <summary>Changes from one set to the next. The new mark comes last, so that it never stands for a set that is not complete.</summary>
    public async Task ChangeAsync(AppSessionId id, ChangeGroups change)
    {
        await connections.LeaveAsync(id, id.GroupOf(change.From));
        await AllAsync(change.Join, stream => connections.JoinAsync(id, id.GroupOf(stream)));
        await AllAsync(change.Leave, stream => connections.LeaveAsync(id, id.GroupOf(stream)));
        await connections.JoinAsync(id, id.GroupOf(change.To));
    }

    /// <summary>Leaves everything and joins what the set names, unless the mark says that it is so already.</summary>
    public async Task RestoreAsync(AppSessionId id, RestoreGroups restore)
    {
        if (await connections.IsInAsync(id, id.GroupOf(restore.Mark)))
        {
            return;
        }

        await connections.LeaveAllAsync(id);
        await AllAsync(restore.Streams, stream => connections.JoinAsync(id, id.GroupOf(stream)));
        await connections.JoinAsync(id, id.GroupOf(restore.Mark));
    }

    // A set of a thousand streams must not become a thousand requests at once.
    static async Task AllAsync(IEnumerable<string> streams, Func<string, Task> act)
    {
        foreach (var some in streams.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(act));
        }
    }
}
