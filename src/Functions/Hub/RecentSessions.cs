namespace Lifecycle.Functions.Hub;

/// <summary>Which app sessions came by within a time, as one process remembers it: a hint, forgotten with the process and when there are too many.</summary>
/// <param name="within">For how long one is remembered.</param>
/// <param name="isRenewed">Whether that time begins anew each time when it comes by.</param>
/// <param name="time">Its timestamps, which no step of the clock turns back.</param>
sealed class RecentSessions(TimeSpan within, bool isRenewed, TimeProvider time)
{
    /// <summary>How many visits are remembered at the most.</summary>
    public const int Most = 20_000;

    readonly Lock gate = new();
    readonly Queue<(AppSessionId Id, long At)> order = new();
    readonly Dictionary<AppSessionId, long> last = [];

    /// <summary>Whether it came by within the time before now; it has come by now.</summary>
    public bool Seen(AppSessionId id)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            while (order.TryPeek(out var oldest) && (time.GetElapsedTime(oldest.At, now) > within || order.Count >= Most))
            {
                order.Dequeue();
                if (last.TryGetValue(oldest.Id, out var at) && at == oldest.At)
                {
                    last.Remove(oldest.Id);
                }
            }

            var isSeen = last.ContainsKey(id);
            if (!isSeen || isRenewed)
            {
                last[id] = now;
                order.Enqueue((id, now));
            }

            return isSeen;
        }
    }

    /// <summary>It has not come by.</summary>
    public void Forget(AppSessionId id)
    {
        lock (gate)
        {
            last.Remove(id);
        }
    }
}
