namespace Lifecycle.Local.SignalR;

/// <summary>Who is connected to one hub, as which user, and in which groups.</summary>
sealed class ServiceHub(string name, TimeProvider time)
{
    readonly Lock gate = new();
    readonly Dictionary<string, ClientSession> connections = new(StringComparer.Ordinal);
    readonly Dictionary<string, HashSet<ClientSession>> users = new(StringComparer.Ordinal);
    readonly Dictionary<string, HashSet<ClientSession>> groups = new(StringComparer.Ordinal);
    readonly UserGroups userGroups = new(time);

    public string Name { get; } = name;

    public int ConnectionCount
    {
        get
        {
            lock (gate)
            {
                return connections.Count;
            }
        }
    }

    public void Add(ClientSession session)
    {
        lock (gate)
        {
            connections.Add(session.ConnectionId, session);
            if (session.Identity.UserId is { } user)
            {
                AddTo(users, user, session);
                foreach (var group in userGroups.GroupsOf(user))
                {
                    Join(session, group);
                }
            }
        }
    }

    public void Remove(ClientSession session)
    {
        lock (gate)
        {
            if (!connections.Remove(session.ConnectionId))
            {
                return;
            }
            if (session.Identity.UserId is { } user)
            {
                RemoveFrom(users, user, session);
            }
            LeaveAll(session);
        }
    }

    /// <summary>The connections that a target means now.</summary>
    public List<ClientSession> Select(SendTarget target)
    {
        lock (gate)
        {
            List<ClientSession> selected = target.Kind switch
            {
                SendTargetKind.All => [.. connections.Values],
                SendTargetKind.User => OfUser(target.Name),
                SendTargetKind.Group => OfGroup(target.Name),
                _ => connections.TryGetValue(target.Name, out var session) ? [session] : []
            };
            if (target.Excluded is { Count: > 0 } excluded)
            {
                selected.RemoveAll(s => excluded.Contains(s.ConnectionId));
            }
            return selected;
        }
    }

    /// <summary>Some of the connections in a group, by the order of their ids.</summary>
    /// <param name="group">The group.</param>
    /// <param name="after">The id behind which they begin; null for the first ones.</param>
    /// <param name="count">How many at most.</param>
    public List<ClientSession> InGroup(string group, string? after, int count)
    {
        lock (gate)
        {
            return groups.TryGetValue(group, out var sessions)
                ? [.. sessions.Where(s => string.CompareOrdinal(s.ConnectionId, after) > 0).OrderBy(s => s.ConnectionId, StringComparer.Ordinal).Take(count)]
                : [];
        }
    }

    public bool AddToGroup(string connectionId, string group)
    {
        lock (gate)
        {
            if (!connections.TryGetValue(connectionId, out var session))
            {
                return false;
            }
            Join(session, group);
            return true;
        }
    }

    /// <summary>False when the connection was not in the group.</summary>
    public bool RemoveFromGroup(string connectionId, string group)
    {
        lock (gate)
        {
            return connections.TryGetValue(connectionId, out var session) && Leave(session, group);
        }
    }

    public void RemoveFromAllGroups(string connectionId)
    {
        lock (gate)
        {
            if (connections.TryGetValue(connectionId, out var session))
            {
                LeaveAll(session);
            }
        }
    }

    /// <summary>Adds the user's connections of this moment, and later ones for as long as the membership lasts.</summary>
    public void AddUserToGroup(string user, string group, TimeSpan? ttl)
    {
        lock (gate)
        {
            userGroups.Add(user, group, ttl);
            foreach (var session in OfUser(user))
            {
                Join(session, group);
            }
        }
    }

    /// <summary>Removes the user's connections, and later ones.</summary>
    public void RemoveUserFromGroup(string user, string group)
    {
        lock (gate)
        {
            userGroups.Remove(user, group);
            foreach (var session in OfUser(user))
            {
                Leave(session, group);
            }
        }
    }

    /// <summary>As <see cref="RemoveUserFromGroup"/>, for every group: those that a connection was added to by itself as well.</summary>
    public void RemoveUserFromAllGroups(string user)
    {
        lock (gate)
        {
            userGroups.RemoveAll(user);
            OfUser(user).ForEach(LeaveAll);
        }
    }

    /// <summary>Whether later connections of the user will be in the group.</summary>
    public bool IsUserInGroup(string user, string group)
    {
        lock (gate)
        {
            return userGroups.Contains(user, group);
        }
    }

    List<ClientSession> OfUser(string user) => users.TryGetValue(user, out var sessions) ? [.. sessions] : [];

    List<ClientSession> OfGroup(string group) => groups.TryGetValue(group, out var sessions) ? [.. sessions] : [];

    void Join(ClientSession session, string group)
    {
        AddTo(groups, group, session);
        (session.Groups ??= new(StringComparer.Ordinal)).Add(group);
    }

    bool Leave(ClientSession session, string group)
    {
        if (session.Groups?.Remove(group) != true)
        {
            return false;
        }
        RemoveFrom(groups, group, session);
        return true;
    }

    void LeaveAll(ClientSession session)
    {
        foreach (var group in session.Groups ?? [])
        {
            RemoveFrom(groups, group, session);
        }
        session.Groups = null;
    }

    static void AddTo(Dictionary<string, HashSet<ClientSession>> map, string key, ClientSession session)
    {
        if (!map.TryGetValue(key, out var set))
        {
            map.Add(key, set = []);
        }
        set.Add(session);
    }

    static void RemoveFrom(Dictionary<string, HashSet<ClientSession>> map, string key, ClientSession session)
    {
        if (map.TryGetValue(key, out var set) && set.Remove(session) && set.Count == 0)
        {
            map.Remove(key);
        }
    }
}
