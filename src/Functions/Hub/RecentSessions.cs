namespace Lifecycle.Functions.Hub;

/// <summary>Which app sessions came by within a time, as one process remembers it: a hint, forgotten with the process and when there are too many.</summary>
sealed class RecentSessions(TimeSpan within)
{
    /// <summary>How many are remembered at the most.</summary>
    public const int Most = 20_000;

    readonly Lock gate = new();
    readonly Queue<(AppSessionId Id, DateTimeOffset At)> order = new();
    readonly Dictionary<AppSessionId, DateTimeOffset> last = [];

    /// <summary>Whether it came by within the time before now; it has come by now.</summary>
    public bool Seen(AppSessionId id, DateTimeOffset now)
    {
        lock (gate)
        {
            while (order.TryPeek(out var oldest) && (now - oldest.At > within || order.Count >= Most))
            {
                order.Dequeue();
                if (last.TryGetValue(oldest.Id, out var at) && at == oldest.At)
                {
                    last.Remove(oldest.Id);
                }
            }

            if (last.ContainsKey(id))
            {
                return true;
            }

            last[id] = now;
            order.Enqueue((id, now));
            return false;
        }
    }
}
