using Lifecycle.Entities;

namespace Lifecycle.Functions.Events;

/// <summary>
/// The last events and dead letters in this process's memory, for running without a storage account. They are numbered from 1 in
/// the order in which they came, over all entities; a restart forgets them.
/// </summary>
public sealed class LocalEventSink : IEventSink
{
    /// <summary>How many events are kept.</summary>
    public const int KeptEvents = 10_000;

    /// <summary>How many dead letters are kept.</summary>
    public const int KeptDeadLetters = 1_000;

    /// <summary>Names the count that begins with this process: numbers of another one say nothing here.</summary>
    public string Generation { get; } = Guid.NewGuid().ToString("n");

    readonly Lock gate = new();
    readonly Log events = new(KeptEvents);
    readonly Log deadLetters = new(KeptDeadLetters);

    /// <inheritdoc/>
    public Task SendAsync(OutboxRecord record, CancellationToken cancellation)
    {
        lock (gate)
        {
            LogOf(record.Destination).Add(record);
        }

        return Task.CompletedTask;
    }

    /// <summary>A page of what is kept.</summary>
    /// <param name="destination">Which of the two.</param>
    /// <param name="after">The last number that is known; 0 for none.</param>
    /// <param name="limit">The most to return.</param>
    public LocalEventPage Read(OutboxDestination destination, long after, int limit)
    {
        lock (gate)
        {
            return LogOf(destination).Read(after, limit);
        }
    }

    Log LogOf(OutboxDestination destination) => destination == OutboxDestination.DeadLetters ? deadLetters : events;

    /// <summary>A ring: the record with number n is at n modulo its length.</summary>
    sealed class Log(int kept)
    {
        readonly OutboxRecord[] ring = new OutboxRecord[kept];
        long last;

        public void Add(OutboxRecord record) => ring[++last % ring.Length] = record;

        public LocalEventPage Read(long after, int limit)
        {
            var oldest = Math.Max(1, last - ring.Length + 1);
            var first = Math.Max(oldest, Math.Min(after, last) + 1);
            var end = Math.Min(last, first + limit - 1);
            var items = new List<(long, OutboxRecord)>();
            for (var number = first; number <= end; number++)
            {
                items.Add((number, ring[number % ring.Length]));
            }

            return new LocalEventPage(items, oldest, last);
        }
    }
}

/// <summary>A page of kept records.</summary>
/// <param name="Items">Each with its number.</param>
/// <param name="Oldest">The oldest number that is kept; what was before it is gone.</param>
/// <param name="Last">The last number so far; 0 for none.</param>
public sealed record LocalEventPage(IReadOnlyList<(long Number, OutboxRecord Record)> Items, long Oldest, long Last);
