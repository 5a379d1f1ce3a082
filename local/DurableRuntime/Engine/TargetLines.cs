namespace Lifecycle.Local.Durable;

/// <summary>
/// Keeps messages that are on their way to one entity or orchestration in the order in which they were sent, however long each of them
/// takes: one that is quicker than the one before it arrives right behind it.
/// </summary>
sealed class TargetLines
{
    readonly Dictionary<string, (DateTimeOffset At, long Sequence)> last = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    /// <summary>When to deliver a message that would arrive then if nothing were before it.</summary>
    public DateTimeOffset Behind(DurableMessage message, DateTimeOffset arrives)
    {
        lock (gate)
        {
            var at = last.TryGetValue(message.Target, out var before) && before.At > arrives ? before.At : arrives;
            last[message.Target] = (at, message.Sequence);
            return at;
        }
    }

    /// <summary>A message was delivered; when it was the last of its line, the line is forgotten.</summary>
    public void Delivered(DurableMessage message)
    {
        lock (gate)
        {
            if (last.TryGetValue(message.Target, out var line) && line.Sequence == message.Sequence)
            {
                last.Remove(message.Target);
            }
        }
    }
}
