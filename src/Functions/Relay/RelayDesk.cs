namespace Lifecycle.Functions.Relay;

/// <summary>What became of an answer that reached this process.</summary>
enum DeskVerdict
{
    /// <summary>Somebody here waited for it, and has it.</summary>
    Taken = 1,

    /// <summary>It was answered before.</summary>
    Repeated = 2,

    /// <summary>Whoever waited here has given up.</summary>
    TooLate = 3,

    /// <summary>Nobody here has asked: another instance has, or did before it was killed.</summary>
    Elsewhere = 4,
}

/// <summary>
/// Those of this process who wait for answers. An answer comes to any instance; where that is the one that waits, it costs nothing more. What was
/// asked here is remembered for a while, so that one that comes twice or late is not passed on to all.
/// </summary>
sealed class RelayDesk
{
    /// <summary>How many tries are remembered that are over.</summary>
    public const int Remembered = 4096;

    readonly Lock gate = new();
    readonly Dictionary<string, (Action Called, RelayReply? Reply)> open = new(StringComparer.Ordinal);
    readonly Dictionary<string, bool> over = new(StringComparer.Ordinal);
    readonly Queue<string> oldestFirst = new();

    /// <summary>Somebody waits for the answer to a try. <see cref="Close"/> must follow.</summary>
    /// <param name="tryId">Names the try.</param>
    /// <param name="called">Called once, by whoever brings the answer and on its stack.</param>
    public void Open(string tryId, Action called)
    {
        lock (gate)
        {
            open.Add(tryId, (called, null));
        }
    }

    /// <summary>The answer to a try that is open; null for none so far.</summary>
    public RelayReply? ReplyTo(string tryId)
    {
        lock (gate)
        {
            return open.GetValueOrDefault(tryId).Reply;
        }
    }

    /// <summary>An answer has come.</summary>
    public DeskVerdict Answer(string tryId, RelayReply reply)
    {
        Action called;
        lock (gate)
        {
            if (!open.TryGetValue(tryId, out var waiting))
            {
                return !over.TryGetValue(tryId, out var wasAnswered) ? DeskVerdict.Elsewhere : wasAnswered ? DeskVerdict.Repeated : DeskVerdict.TooLate;
            }

            if (waiting.Reply is not null)
            {
                return DeskVerdict.Repeated;
            }

            open[tryId] = waiting with { Reply = reply };
            called = waiting.Called;
        }

        called();
        return DeskVerdict.Taken;
    }

    /// <summary>Nobody waits any more.</summary>
    public void Close(string tryId)
    {
        lock (gate)
        {
            if (!open.Remove(tryId, out var waiting))
            {
                return;
            }

            over[tryId] = waiting.Reply is not null;
            oldestFirst.Enqueue(tryId);
            if (oldestFirst.Count > Remembered)
            {
                over.Remove(oldestFirst.Dequeue());
            }
        }
    }
}
