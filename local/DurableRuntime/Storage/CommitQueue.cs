namespace Lifecycle.Local.Durable;

/// <summary>
/// The single writer. Work items that wait at the same time are committed together, so that the cost of a commit is shared;
/// under virtual time each is committed at once on the caller's thread.
/// </summary>
sealed class CommitQueue : IDisposable
{
    const int MostAtOnce = 256;

    readonly DurableStore store;
    readonly Action<IReadOnlyList<DurableMessage>> committed;
    readonly EngineStatistics statistics;
    readonly StateCache states;
    readonly Lock gate = new();
    readonly Bell bell = new();
    readonly Thread? thread;
    List<Pending> pending = [];
    bool sleeps;
    bool closed;
    volatile bool aborted;

    public CommitQueue(DurableStore store, bool inline, EngineStatistics statistics, StateCache states, Action<IReadOnlyList<DurableMessage>> committed)
    {
        (this.store, this.statistics, this.states, this.committed) = (store, statistics, states, committed);
        if (!inline)
        {
            thread = new Thread(Drain) { IsBackground = true, Name = "durable commits" };
            thread.Start();
        }
    }

    /// <summary>
    /// Stores the transaction. Its messages are delivered, in the order of commits, before the task completes. False if the store
    /// refused it.
    /// </summary>
    public Task<bool> CommitAsync(DurableTransaction transaction)
    {
        if (aborted)
        {
            return Task.FromException<bool>(new ObjectDisposedException(nameof(CommitQueue), "The durable engine has stopped."));
        }

        if (thread is null)
        {
            Write([transaction]);
            return Task.FromResult(!transaction.Refused);
        }

        var item = new Pending(transaction, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!Bring(item))
        {
            item.Done.SetException(new ObjectDisposedException(nameof(CommitQueue), "The durable engine has stopped."));
        }

        return item.Done.Task;
    }

    bool Bring(Pending item)
    {
        bool wakes;
        lock (gate)
        {
            if (closed)
            {
                return false;
            }

            pending.Add(item);
            (wakes, sleeps) = (sleeps, false);
        }

        // Outside: who is woken needs the lock.
        if (wakes)
        {
            bell.Ring();
        }

        return true;
    }

    /// <summary>From now on nothing is stored any more, as if the process had been killed. A commit under way is finished.</summary>
    public void Abort()
    {
        aborted = true;
        Close();
    }

    void Drain()
    {
        for (var batch = new List<Pending>(); Take(ref batch); batch.Clear())
        {
            for (var i = 0; i < batch.Count; i += MostAtOnce)
            {
                Finish(batch.GetRange(i, Math.Min(MostAtOnce, batch.Count - i)));
            }
        }
    }

    bool Take(ref List<Pending> batch)
    {
        while (true)
        {
            lock (gate)
            {
                if (pending.Count > 0 || closed)
                {
                    (batch, pending) = (pending, batch);
                    return batch.Count > 0;
                }

                sleeps = true;
            }

            bell.Wait();
        }
    }

    void Finish(List<Pending> batch)
    {
        try
        {
            Write([.. batch.Select(p => p.Transaction)]);
            batch.ForEach(p => p.Done.SetResult(!p.Transaction.Refused));
        }
        catch (Exception) when (batch.Count > 1)
        {
            batch.ForEach(p => Finish([p])); // one that cannot be stored must not take its neighbours with it
        }
        catch (Exception e)
        {
            batch[0].Done.TrySetException(e); // the work item's owner says what it means for it
        }
    }

    void Write(IReadOnlyList<DurableTransaction> transactions)
    {
        ObjectDisposedException.ThrowIf(aborted, this);
        var sent = store.Commit(transactions);
        statistics.Committed(transactions);
        states.Committed(transactions);
        foreach (var messages in sent)
        {
            committed(messages);
        }
    }

    /// <summary>Stores what it was given, and takes no more. Abort may come before it or after it.</summary>
    public void Dispose()
    {
        Close();
        aborted = true;
    }

    // The queue itself is not disposed of: who comes late is refused by it, and it holds nothing but memory.
    void Close()
    {
        lock (gate)
        {
            closed = true;
        }

        bell.Ring();
        thread?.Join();
    }

    sealed record Pending(DurableTransaction Transaction, TaskCompletionSource<bool> Done);
}
