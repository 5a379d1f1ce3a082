namespace Lifecycle.Entities;

/// <summary>The user's memberships in the groups of its subscriptions, with the mark that says that they are complete.</summary>
sealed class GroupMemberships(IAppConnections connections)
{
    const int AtOnce = 32;

    /// <summary>Changes from one set to the next. The new mark comes last, so that it never stands for a set that is not complete.</summary>
    public async Task ChangeAsync(AppSessionId id, ChangeGroups change)
    {
        if (change.From is { } from)
        {
            await connections.LeaveAsync(id, id.GroupOf(from));
        }

        await AllAsync(change.Join, stream => connections.JoinAsync(id, id.GroupOf(stream)));
        await AllAsync(change.Leave, stream => connections.LeaveAsync(id, id.GroupOf(stream)));
        if (change.To is { } to)
        {
            await connections.JoinAsync(id, id.GroupOf(to));
        }
    }

    /// <summary>Joins what the set names, unless the mark says that all of it is joined.</summary>
    public async Task RestoreAsync(AppSessionId id, RestoreGroups restore)
    {
        if (await connections.IsInAsync(id, id.GroupOf(restore.Mark)))
        {
            return;
        }

        if (restore.Afresh)
        {
            await connections.LeaveAllAsync(id);
        }

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
