using System.Collections.Concurrent;

namespace Lifecycle.Local.Durable;

/// <summary>What the engine has done since it was made. Cheap to keep, safe to read at any time.</summary>
public sealed class EngineStatistics
{
    readonly ConcurrentDictionary<MessageKind, long> messages = new();
    long transactions;
    long rows;
    long reads;
    long resends;
    long operations;
    long episodes;
    long activities;

    /// <summary>Durable messages written, by kind.</summary>
    public IReadOnlyDictionary<MessageKind, long> Messages => messages;

    /// <summary>Durable messages written in all.</summary>
    public long MessagesWritten => messages.Values.Sum();

    /// <summary>Work items and client calls stored; several can share one commit of the database.</summary>
    public long Transactions => Interlocked.Read(ref transactions);

    /// <summary>Rows inserted, updated or deleted.</summary>
    public long RowsWritten => Interlocked.Read(ref rows);

    /// <summary>States and histories read.</summary>
    public long Reads => Interlocked.Read(ref reads);

    /// <summary>In Azure Storage timing: how often a scheduled signal came back early and was sent again.</summary>
    public long Resends => Interlocked.Read(ref resends);

    /// <summary>Operations of entities that were run; several can share one work item.</summary>
    public long Operations => Interlocked.Read(ref operations);

    /// <summary>Steps of orchestrations: each is a work item that replays one history.</summary>
    public long Episodes => Interlocked.Read(ref episodes);

    /// <summary>Activities that were run.</summary>
    public long Activities => Interlocked.Read(ref activities);

    internal void Committed(IReadOnlyList<DurableTransaction> batch)
    {
        Interlocked.Add(ref transactions, batch.Count);
        foreach (var transaction in batch.Where(transaction => !transaction.Refused))
        {
            Interlocked.Add(ref rows, transaction.Rows);
            foreach (var message in transaction.Sent)
            {
                messages.AddOrUpdate(message.Kind, 1, (_, count) => count + 1);
            }
        }
    }

    /// <summary>Counts a read that a client made.</summary>
    public void Read() => Interlocked.Increment(ref reads);

    internal void Ran(int operations = 0, int episodes = 0, int activities = 0)
    {
        Interlocked.Add(ref this.operations, operations);
        Interlocked.Add(ref this.episodes, episodes);
        Interlocked.Add(ref this.activities, activities);
    }

    internal void Resent(long times) => Interlocked.Add(ref resends, times);
}
