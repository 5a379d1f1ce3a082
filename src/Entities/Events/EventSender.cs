using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Lifecycle.Entities;

/// <summary>
/// Sends what entities hand over to it, in the order of each, beside their operations: one that waits for a queue lets its entity's reconnect wait.
/// What was sent is kept in mind until the entity has asked; what was not is still in the entity, so a process that dies loses nothing.
/// </summary>
public sealed class EventSender(IEventSink sink, EventOutage outage, LifecycleMetrics metrics, TimeProvider time)
{
    /// <summary>How long an operation waits for records that it handed over. A queue that is well answers sooner, and that saves an operation.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>How long one record may take: longer than a queue that is merely slow.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>How many records are on their way at once, of all entities together.</summary>
    public const int AtOnce = 64;

    static readonly TimeSpan kept = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, Line> lines = new(StringComparer.Ordinal);
    readonly SemaphoreSlim room = new(AtOnce);
    volatile bool slow;
    long forgotten = time.GetTimestamp();

    /// <summary>Up to which sequence the records of an entity are known to be sent; 0 for none.</summary>
    public long SentUpTo(string key) => lines.TryGetValue(key, out var line) ? line.SentUpTo : 0;

    /// <summary>Why the sink refused a record of an entity for what it is, as far as known; null when it did not.</summary>
    public string? RefusalOf(string key, long sequence) =>
        lines.TryGetValue(key, out var line) && line.Refusal is { } refusal && refusal.Sequence == sequence ? refusal.Reason : null;

    /// <summary>
    /// Takes committed records, unless they are under way, and waits for a moment that they are sent. Does not throw because of the sink.
    /// </summary>
    /// <param name="key">The entity's.</param>
    /// <param name="records">In the order of their sequences.</param>
    /// <returns>Whether the oldest of them has failed for now.</returns>
    public async Task<bool> OfferAsync(string key, ImmutableArray<OutboxRecord> records)
    {
        Forget();
        var line = lines.GetOrAdd(key, _ => new Line());
        var sending = line.Begin(() => SendAllAsync(line, records), time.GetTimestamp());
        if (!sending.IsCompleted && !slow)
        {
            await Task.WhenAny(sending, Task.Delay(Patience, time));
            slow = !sending.IsCompleted;
        }

        return sending is { IsCompletedSuccessfully: true, Result: false };
    }

    async Task<bool> SendAllAsync(Line line, ImmutableArray<OutboxRecord> records)
    {
        foreach (var record in records.Where(record => record.Sequence > line.SentUpTo))
        {
            if (await SendAsync(record) is { } failure)
            {
                line.Refusal = failure is EventSinkException { IsFinal: true } ? new(record.Sequence, failure.Message) : null;
                return false;
            }

            (line.SentUpTo, line.Refusal) = (record.Sequence, null);
        }

        return true;
    }

    async Task<Exception?> SendAsync(OutboxRecord record)
    {
        await room.WaitAsync();
        var begun = time.GetTimestamp();
        using var late = new CancellationTokenSource(Limit, time);
        try
        {
            await sink.SendAsync(record, late.Token).WaitAsync(late.Token);
            metrics.Told(record.Destination, sent: true);
            outage.Succeeded();
            slow = time.GetElapsedTime(begun) > Patience;
            return null;
        }
        catch (Exception e)
        {
            // Whatever it is, the transition stands and the entity keeps its records.
            metrics.Told(record.Destination, sent: false);
            var failure = late.IsCancellationRequested ? new EventSinkException($"no answer within {Limit.TotalSeconds:0} s", e) : e;
            if (failure is not EventSinkException { IsFinal: true })
            {
                outage.Failed(failure);
            }

            return failure;
        }
        finally
        {
            room.Release();
        }
    }

    // Entities come back for what was sent within minutes, or another process does their work.
    void Forget()
    {
        if (time.GetElapsedTime(forgotten) < kept)
        {
            return;
        }

        forgotten = time.GetTimestamp();
        foreach (var (key, line) in lines)
        {
            if (line.IsIdle && time.GetElapsedTime(line.UsedAt) > kept)
            {
                lines.TryRemove(key, out _);
            }
        }
    }

    sealed record Refusal(long Sequence, string Reason);

    sealed class Line
    {
        readonly Lock gate = new();
        Task<bool> sending = Task.FromResult(true);
        long sentUpTo;

        public long SentUpTo
        {
            get => Interlocked.Read(ref sentUpTo);
            set => Interlocked.Exchange(ref sentUpTo, value);
        }

        public Refusal? Refusal { get; set; }

        public long UsedAt { get; private set; }

        public bool IsIdle => sending.IsCompleted;

        /// <summary>What is under way, or what begins now.</summary>
        public Task<bool> Begin(Func<Task<bool>> send, long now)
        {
            lock (gate)
            {
                UsedAt = now;
                return sending = sending.IsCompleted ? send() : sending;
            }
        }
    }
}
