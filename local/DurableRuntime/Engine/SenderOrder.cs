namespace Lifecycle.Local.Durable;

/// <summary>
/// Keeps what an entity or orchestration sends to an entity in order while some of it waits to be delivered again after a restart,
/// as the official runtime's sorter does. What clients send and what is scheduled has no such order there, and none here.
/// </summary>
sealed class SenderOrder
{
    readonly Dictionary<(string Sender, string Target), (DateTimeOffset Until, int Waiting)> held = [];
    readonly Lock gate = new();

    /// <summary>A stored message is delivered again then; what its sender sends to its target from now on comes after it.</summary>
    public DateTimeOffset Hold(DurableMessage message, DateTimeOffset at)
    {
        if (IsOrdered(message))
        {
            lock (gate)
            {
                held[KeyOf(message)] = (at, held.GetValueOrDefault(KeyOf(message)).Waiting + 1);
            }
        }

        return at;
    }

    /// <summary>When to deliver a new message: now, or after its predecessors.</summary>
    public DateTimeOffset After(DurableMessage message, DateTimeOffset now)
    {
        if (!IsOrdered(message))
        {
            return now;
        }

        lock (gate)
        {
            if (!held.TryGetValue(KeyOf(message), out var before))
            {
                return now;
            }

            // A tick later than the others, so that it waits in line with them even when their time has just come.
            var at = (before.Until > now ? before.Until : now).AddTicks(1);
            held[KeyOf(message)] = (at, before.Waiting + 1);
            return at;
        }
    }

    /// <summary>A message stands in its target's line.</summary>
    public void Delivered(DurableMessage message)
    {
        if (!IsOrdered(message))
        {
            return;
        }

        lock (gate)
        {
            if (!held.Remove(KeyOf(message), out var before) || before.Waiting == 1)
            {
                return;
            }

            held[KeyOf(message)] = before with { Waiting = before.Waiting - 1 };
        }
    }

    static bool IsOrdered(DurableMessage message) =>
        message is { Kind: MessageKind.Signal or MessageKind.Call, DueAt: null, Caller: not null };

    static (string Sender, string Target) KeyOf(DurableMessage message) => (message.Caller!, message.Target);
}
