namespace Lifecycle.Local.SignalR;

/// <summary>Which users are in which groups, until when. Expired memberships vanish when they are looked at.</summary>
sealed class UserGroups(TimeProvider time)
{
    // What the REST document promises to a membership without a time of its own.
    static readonly TimeSpan longest = TimeSpan.FromDays(365);

    readonly Dictionary<string, Dictionary<string, DateTimeOffset>> usersByGroup = new(StringComparer.Ordinal);
    readonly Dictionary<string, HashSet<string>> groupsByUser = new(StringComparer.Ordinal);

    public void Add(string user, string group, TimeSpan? ttl)
    {
        if (!usersByGroup.TryGetValue(group, out var users))
        {
            usersByGroup.Add(group, users = new(StringComparer.Ordinal));
        }
        users[user] = time.GetUtcNow() + (ttl is { } t && t < longest ? t : longest);
        if (!groupsByUser.TryGetValue(user, out var groups))
        {
            groupsByUser.Add(user, groups = new(StringComparer.Ordinal));
        }
        groups.Add(group);
    }

    public bool Contains(string user, string group)
    {
        if (!usersByGroup.TryGetValue(group, out var users) || !users.TryGetValue(user, out var expires))
        {
            return false;
        }
        if (time.GetUtcNow() < expires)
        {
            return true;
        }
        Remove(user, group);
        return false;
    }

    public List<string> UsersOf(string group)
    {
        if (!usersByGroup.TryGetValue(group, out var users))
        {
            return [];
        }
        var now = time.GetUtcNow();
        List<string> current = [];
        List<string> expired = [];
        foreach (var (user, expires) in users)
        {
            (now < expires ? current : expired).Add(user);
        }
        expired.ForEach(user => Remove(user, group));
        return current;
    }

    public void Remove(string user, string group)
    {
        if (usersByGroup.TryGetValue(group, out var users) && users.Remove(user) && users.Count == 0)
        {
            usersByGroup.Remove(group);
        }
        if (groupsByUser.TryGetValue(user, out var groups) && groups.Remove(group) && groups.Count == 0)
        {
            groupsByUser.Remove(user);
        }
    }

    public void RemoveAll(string user)
    {
        foreach (var group in groupsByUser.TryGetValue(user, out var groups) ? groups.ToArray() : [])
        {
            Remove(user, group);
        }
    }
}
