namespace Lifecycle.Local.SignalR;

/// <summary>Faults on demand, for tests and drills. Chance comes from the service's seed.</summary>
public sealed class ServiceFaults
{
    readonly Lock gate = new();
    readonly List<(UpstreamFault Fault, int Used)> rules = [];
    readonly Dictionary<UpstreamFaultKind, int> fired = [];
    readonly SignalRServiceCore core;

    internal ServiceFaults(SignalRServiceCore core) => this.core = core;

    /// <summary>While set, no client gets in: negotiation and connecting answer 503.</summary>
    public bool RefuseConnections { get; set; }

    /// <summary>The rules that are not used up.</summary>
    public IReadOnlyList<UpstreamFault> Rules
    {
        get
        {
            lock (gate)
            {
                return [.. rules.Select(r => r.Fault)];
            }
        }
    }

    /// <summary>Adds a rule after those that are there.</summary>
    /// <exception cref="ArgumentException">The rule makes no sense; the message says why.</exception>
    public void Add(UpstreamFault fault)
    {
        if (fault.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(fault));
        }
        lock (gate)
        {
            rules.Add((fault, 0));
        }
    }

    /// <summary>Removes all rules and lets clients in. Events already delayed or swapped arrive in their time.</summary>
    public void Clear()
    {
        RefuseConnections = false;
        lock (gate)
        {
            rules.Clear();
        }
    }

    /// <summary>How many events a kind of fault has taken.</summary>
    public int Fired(UpstreamFaultKind kind)
    {
        lock (gate)
        {
            return fired.GetValueOrDefault(kind);
        }
    }

    /// <summary>Ends connections and returns how many.</summary>
    /// <exception cref="ArgumentException">The count is below zero.</exception>
    public int Drop(DropOrder order)
    {
        if (order.Count < 0)
        {
            throw new ArgumentException("The count must be at least 0.", nameof(order));
        }
        List<ClientSession> victims =
        [
            .. core.Hubs
                .Where(h => order.Hub is null || h.Name.Equals(order.Hub, StringComparison.OrdinalIgnoreCase))
                .OrderBy(h => h.Name, StringComparer.Ordinal)
                .SelectMany(h => h.Select(order.UserId is null ? SendTarget.All : SendTarget.User(order.UserId)))
        ];
        if (order.Count is { } count && count < victims.Count)
        {
            core.Random.Choose(victims, count);
            victims.RemoveRange(count, victims.Count - count);
        }
        foreach (var session in victims)
        {
            if (order.WithClose)
            {
                session.Close(order.Reason, order.AllowReconnect);
            }
            else
            {
                session.Drop();
            }
        }
        return victims.Count;
    }

    internal UpstreamFault? Next(UpstreamEvent @event)
    {
        lock (gate)
        {
            for (var i = 0; i < rules.Count; i++)
            {
                var (fault, used) = rules[i];
                if (!fault.Matches(@event) || (fault.Probability < 1 && core.Random.NextDouble() >= fault.Probability))
                {
                    continue;
                }
                rules[i] = (fault, used + 1);
                if (used + 1 == fault.Count)
                {
                    rules.RemoveAt(i);
                }
                fired[fault.Kind] = fired.GetValueOrDefault(fault.Kind) + 1;
                return fault;
            }
            return null;
        }
    }
}
