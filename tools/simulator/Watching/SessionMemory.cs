namespace Lifecycle.Simulator.Watching;

/// <summary>What the watch remembers of a session, apart from what the rules do: the truth that they are measured against.</summary>
sealed class SessionMemory
{
    const int Heard = 8;
    const int Lineage = 4;

    readonly Queue<string> closed = [];
    readonly List<string> replaced = [];

    /// <summary>When its socket broke, while it is not attached anew, and whose fault that was.</summary>
    public long? BrokenAt { get; set; }

    public Blame Cause { get; set; }

    /// <summary>The epoch for which a run was begun last.</summary>
    public long RunEpoch { get; set; } = -1;

    /// <summary>Orchestrations that were started since it was attached last.</summary>
    public HashSet<string> Started { get; } = new(StringComparer.Ordinal);

    public bool IsStopped { get; set; }

    /// <summary>The run whose last looks failed, and how many in a row.</summary>
    public (string Run, int Times) Unlooked { get; set; } = ("", 0);

    /// <summary>The run whose webhook went out last.</summary>
    public string? SentRun { get; set; }

    /// <summary>The process that attached last, and when it began to live.</summary>
    public string? Instance { get; set; }

    public long BornAt { get; set; }

    /// <summary>How many of its processes in a row died soon after they had attached, by themselves.</summary>
    public int ShortLives { get; set; }

    /// <summary>When restarts went out meanwhile.</summary>
    public Queue<long> Restarts { get; } = [];

    /// <summary>Messages that are the app's, and were not said to be handled.</summary>
    public SortedDictionary<long, string?> Given { get; } = [];

    public bool HasClosed(string connection) => closed.Contains(connection);

    public bool IsReplaced(string instance) => replaced.Contains(instance);

    public void Closed(string connection)
    {
        if (!closed.Contains(connection))
        {
            closed.Enqueue(connection);
            _ = closed.Count > Heard ? closed.Dequeue() : null;
        }
    }

    /// <summary>Another process has it; the one before it stays replaced.</summary>
    public void Attached(string instance, long now)
    {
        if (Instance == instance)
        {
            return;
        }

        replaced.Remove(instance);
        if (Instance is { } old)
        {
            replaced.Remove(old);
            replaced.Add(old);
        }

        if (replaced.Count > Lineage)
        {
            replaced.RemoveAt(0);
        }

        (Instance, BornAt) = (instance, now);
    }

    /// <summary>A new life of the session: what was before does not count.</summary>
    public void Forget()
    {
        closed.Clear();
        replaced.Clear();
        Started.Clear();
        Restarts.Clear();
        Given.Clear();
        (Instance, ShortLives, RunEpoch) = (null, 0, -1);
    }
}
