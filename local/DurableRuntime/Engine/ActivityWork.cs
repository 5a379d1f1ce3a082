namespace Lifecycle.Local.Durable;

/// <summary>Runs activities and answers those who called them.</summary>
sealed class ActivityWork(
    IDurableHandlers handlers,
    DeliveryTiming timing,
    EngineStatistics statistics,
    Func<bool> isStopping,
    Func<IReadOnlyList<DurableMessage>, DurableTransaction, Task> finish)
{
    public async Task RunAsync(DurableMessage message)
    {
        if (timing.RunsTwice())
        {
            // The backend gave it out twice, and both workers answer; the answer that comes second finds nobody who awaits it.
            await AnswerAsync(message, []);
        }

        await AnswerAsync(message, [message]);
    }

    async Task AnswerAsync(DurableMessage message, IReadOnlyList<DurableMessage> handled)
    {
        statistics.Ran(activities: 1);
        var transaction = new DurableTransaction();
        transaction.Send(await TryAsync(message));
        await finish(handled, transaction);
    }

    async Task<DurableMessage> TryAsync(DurableMessage message)
    {
        var answer = new DurableMessage { Target = message.Caller!, Kind = MessageKind.Completed, Execution = message.Execution, TaskId = message.TaskId };
        try
        {
            return answer with { Payload = await handlers.RunActivityAsync(new ActivityCall(message.Name!, message.Payload, message.Caller!)) };
        }
        catch (Exception e) when (!(e is OperationCanceledException && isStopping())) // cancelled by the stop: done again, not failed
        {
            return answer with { Kind = MessageKind.Failed, Payload = FailureJson.Write(FailureInfo.Of(e)) };
        }
    }
}
