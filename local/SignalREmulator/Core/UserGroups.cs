namespace Lifecycle.Local.SignalR;

/// <summary>
/// Which groups the later connections of a user are in, until when. A connection takes them when it opens; what becomes of them after
/// that does not concern it (azure-signalr, docs/advanced-topics/group-management.md, "Adding user IDs").
/// </summary>
sealed class UserGroups(TimeProvider time)
{
    /// <summary>
    /// How many memberships without a ttl a user keeps: those updated last. The others go without a word. With a ttl there is no such
    /// limit (REST document, PUT …/users/{user}/groups/{group}, <c>ttl</c>).
    /// </summary>
    public const int KeptWithoutTtl = 100;

    // The same place: what a membership without a time of its own has.
    static readonly TimeSpan longest = TimeSpan.FromDays(365);

    readonly Dictionary<string, Dictionary<string, Membership>> groupsByUser = new(StringComparer.Ordinal);
    long updates;

    /// <summary>Adds a membership, or gives one that is there its new time. A ttl of zero leaves none for later connections.</summary>
    public void Add(string user, string group, TimeSpan? ttl)
    {
        Remove(user, group);
        if (ttl == TimeSpan.Zero)
        {
            return;
        }
        if (!groupsByUser.TryGetValue(user, out var groups))
        {
            groupsByUser.Add(user, groups = new(StringComparer.Ordinal));
        }
        groups.Add(group, new(time.GetUtcNow() + (ttl is { } t && t < longest ? t : longest), ttl is null ? ++updates : null));
        if (ttl is null)
        {
            DropOldest(groups);
        }
    }

    public bool Contains(string user, string group)
        => groupsByUser.TryGetValue(user, out var groups) && groups.TryGetValue(group, out var membership) && IsCurrent(membership);

    /// <summary>The groups that a connection of the user is in when it opens now. What has expired vanishes.</summary>
    public IReadOnlyCollection<string> GroupsOf(string user)
    {
        if (!groupsByUser.TryGetValue(user, out var groups))
        {
            return [];
        }
        foreach (var expired in groups.Where(g => !IsCurrent(g.Value)).Select(g => g.Key).ToArray())
        {
            Remove(user, expired);
        }
        return groups.Keys;
    }

    public void Remove(string user, string group)
    {
        if (groupsByUser.TryGetValue(user, out var groups) && groups.Remove(group) && groups.Count == 0)
        {
            groupsByUser.Remove(user);
        }
    }

    public void RemoveAll(string user) => groupsByUser.Remove(user);

    // "On or before the expiration time", the page above says.
    bool IsCurrent(Membership membership) => time.GetUtcNow() <= membership.Until;

    static void DropOldest(Dictionary<string, Membership> groups)
    {
        var withoutTtl = groups.Where(g => g.Value.Update is not null).ToArray();
        if (withoutTtl.Length > KeptWithoutTtl)
        {
            groups.Remove(withoutTtl.MinBy(g => g.Value.Update).Key);
        }
    }

    /// <summary>One membership.</summary>
    /// <param name="Until">Until when it is there for connections that open.</param>
    /// <param name="Update">Grows with every update of one without a ttl; null with a ttl.</param>
    readonly record struct Membership(DateTimeOffset Until, long? Update);
}
