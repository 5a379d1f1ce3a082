namespace Lifecycle.Local.Durable;

/// <summary>What one turn of an entity or an orchestration is: read, run, store.</summary>
public sealed partial class DurableEngine
{
    async Task RunEntityAsync(string id, IReadOnlyList<DurableMessage> messages)
    {
        Statistics.Read();
        Statistics.Ran(operations: messages.Count);
        var before = states.TryGet(id, out var kept) ? kept : store.ReadEntity(id)?.State;
        var transaction = new DurableTransaction();
        var batch = new EntityBatch(id, before, messages, transaction, logger, () => stopped);
        try
        {
            await handlers.RunEntityAsync(batch);
            if (batch.CutOff is { } cutOff)
            {
                throw cutOff;
            }

            batch.FailRest(new InvalidOperationException($"The entity function of {id} returned without dispatching its operations."));
        }
        catch (Exception e) when (batch.CutOff is null)
        {
            batch.FailRest(e);
        }

        if (batch.State != before)
        {
            transaction.SaveEntity(id, batch.State, time.GetUtcNow());
        }

        await FinishAsync(messages, transaction);
    }

    async Task RunOrchestrationAsync(string id, IReadOnlyList<DurableMessage> messages)
    {
        Statistics.Read();
        Statistics.Ran(episodes: 1);
        var transaction = new DurableTransaction();
        var work = new OrchestrationWork(store.ReadOrchestration(id), store.ReadHistory(id), time.GetUtcNow(), transaction, NewExecution);
        var handled = new List<DurableMessage>(messages.Count);
        var waiting = new List<DurableMessage>();
        foreach (var message in work.InOrder([.. early.GetValueOrDefault(id, []), .. messages]))
        {
            if (work.IsTooEarly(message))
            {
                waiting.Add(message);
                continue;
            }

            handled.Add(message);
            if (work.Take(message) is { } reason)
            {
                EngineLog.Dropped(logger, message.Kind, message.Name, id, reason);
            }
        }

        work.Run(handlers.RunOrchestration);
        await FinishAsync(handled, transaction);
        KeepEarly(id, waiting);
        Announce(work.Instance);
    }

    // Events that came before their instance began stay in the store, and here until its next turn.
    void KeepEarly(string id, List<DurableMessage> waiting)
    {
        if (waiting.Count > 0)
        {
            early[id] = waiting;
        }
        else
        {
            early.TryRemove(id, out _);
        }
    }

    void Announce(OrchestrationRecord? instance)
    {
        if (instance is null)
        {
            return;
        }

        if (instance.Failure is { } failure)
        {
            EngineLog.OrchestrationFailed(logger, instance.InstanceId, instance.Name, failure.Type, failure.Message);
        }

        waiters.Changed(instance);
    }

    Task FinishAsync(IReadOnlyList<DurableMessage> handled, DurableTransaction transaction)
    {
        foreach (var message in handled)
        {
            transaction.Handle(message);
        }

        return commits.CommitAsync(transaction);
    }
}
