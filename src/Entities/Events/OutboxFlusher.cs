using System.Collections.Immutable;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.Entities;

/// <summary>The input of the operation <c>Flush</c>.</summary>
/// <param name="Token">Of the signal.</param>
public sealed record FlushDue(long Token);

/// <summary>
/// Hands over to <see cref="EventSender"/> what entities have in their outboxes. One is made for every invocation of an entity function (a
/// scoped service): the operations of an invocation are stored together, so the outbox as the first of them finds it is what is committed.
/// </summary>
public sealed class OutboxFlusher(EventSender sender, EventOutage outage, LifecycleMetrics metrics, DurableBackend backend, TimeProvider time)
{
    /// <summary>The operation that an entity with an outbox must have; its input is a <see cref="FlushDue"/>.</summary>
    public const string Operation = "Flush";

    long? committed;

    /// <summary>
    /// The last step of every operation: takes out what was sent, hands over what may be, and signals the entity for the rest. Does not throw
    /// because of the sink, and hardly waits for it.
    /// </summary>
    /// <param name="context">The entity's.</param>
    /// <param name="key">Whose outbox it is; an app's has no session.</param>
    /// <param name="loaded">The outbox as the operation found it.</param>
    /// <param name="changed">What the operation made of it.</param>
    /// <returns>The outbox to store.</returns>
    public async Task<Outbox> RunAsync(TaskEntityContext context, AppSessionId key, Outbox loaded, Outbox changed)
    {
        committed ??= loaded.LastSequence;
        var after = (await SendAsync(key, changed, changed.Sendable(committed.Value))).Planned();
        if (after.Pending is { } flush && flush != loaded.Pending)
        {
            context.SignalEntity(context.Id, Operation, new FlushDue(flush.Token), new SignalEntityOptions { SignalTime = flush.At });
        }

        outage.Grew(context.Id.Key, loaded.Records.Length, after.Records.Length);
        return after;
    }

    async Task<Outbox> SendAsync(AppSessionId key, Outbox outbox, ImmutableArray<OutboxRecord> records)
    {
        if (records.IsEmpty)
        {
            return outbox;
        }

        await sender.OfferAsync(key.ToString(), records);
        var after = outbox.SentUpTo(sender.SentUpTo(key.ToString()));
        if (after.Records.IsEmpty || after.Records[0].Sequence > records[^1].Sequence)
        {
            return after;
        }

        return sender.RefusalOf(key.ToString(), after.Records[0].Sequence) is { } reason && Refused(key, ref after, reason)
            ? after
            : after.Unsent(key, time.GetUtcNow(), backend);
    }

    // Whether it was set aside: then those behind it are sent at once.
    bool Refused(AppSessionId key, ref Outbox outbox, string reason)
    {
        outbox = outbox.Refused(out var aside);
        if (aside is not null)
        {
            outage.SetAside(key.ToString(), aside, reason);
            metrics.Observe([new EffectSetAside(aside.Destination == OutboxDestination.DeadLetters ? SetAsideKind.DeadLetter : SetAsideKind.Event)]);
        }

        return aside is not null;
    }
}
