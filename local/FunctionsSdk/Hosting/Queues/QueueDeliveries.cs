using System.Text;
using Azure;
using Azure.Storage.Queues.Models;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>The messages of one queue that are in flight: each is given to the function and then settled.</summary>
sealed class QueueDeliveries(
    QueueEntry entry,
    QueueStore store,
    QueueOptions options,
    QueueLease lease,
    FunctionInvoker invoker,
    QueueOutage outage,
    TimeProvider time,
    ILogger logger)
{
    static readonly TimeSpan s_cancelled = TimeSpan.FromSeconds(1);

    // An app that makes its queue at the start has had the time by then.
    const int MissesToTellOf = 5;

    readonly CancellationTokenSource _abort = new();
    readonly List<Task> _inFlight = [];
    int _misses;

    /// <summary>Takes a batch and starts its functions. Returns whether there were messages.</summary>
    /// <exception cref="RequestFailedException">The service is down or refuses.</exception>
    public async Task<bool> TakeAsync(CancellationToken cancellation)
    {
        var messages = await ReceiveAsync(cancellation);
        _inFlight.RemoveAll(t => t.IsCompleted);
        foreach (var message in messages)
            _inFlight.Add(DeliverAsync(message));
        return messages.Length > 0;
    }

    async Task<QueueMessage[]> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            var messages = await store.ReceiveAsync(options.BatchSize, lease.Length, cancellation);
            _misses = 0;
            return messages;
        }
        catch (RequestFailedException e) when (QueueStore.IsMissing(e))
        {
            if (++_misses == MissesToTellOf)
                QueueLog.Missing(logger, store.Name, entry.Function.Name);
            return [];
        }
    }

    /// <summary>Waits until so many functions have ended that the next batch may be taken.</summary>
    public async Task WhenRoomAsync(CancellationToken cancellation)
    {
        while (_inFlight.Count > (options.NewBatchThreshold ?? options.BatchSize / 2))
            _inFlight.Remove(await Task.WhenAny(_inFlight).WaitAsync(cancellation));
    }

    /// <summary>Waits for the functions in flight, and cancels them when the drain is over.</summary>
    public async Task StopAsync(CancellationToken drain)
    {
        var all = Task.WhenAll(_inFlight);
        try
        {
            await all.WaitAsync(drain);
            return;
        }
        catch (OperationCanceledException) when (drain.IsCancellationRequested)
        {
            _abort.Cancel();
        }
        try
        {
            await all.WaitAsync(s_cancelled, time);
        }
        catch (TimeoutException)
        {
            QueueLog.LeftBehind(logger, _inFlight.Count(t => !t.IsCompleted), store.Name);
        }
    }

    async Task DeliverAsync(QueueMessage message)
    {
        await Task.Yield();
        var hold = new MessageHold(store, message, lease, time, logger);
        if (message.DequeueCount > options.MaxDequeueCount)
            await MoveAsync(message, hold, "taken too often");
        else if (Text(message) is not { } text)
            await MoveAsync(message, hold, "not Base64, which host.json says it is");
        else if (await RunAsync(message, text, hold))
            await SettleAsync(hold, store.DeleteAsync);
        else if (message.DequeueCount == options.MaxDequeueCount)
            await MoveAsync(message, hold, "its function failed too often");
        else
            await SettleAsync(hold, (id, receipt) => store.HideAsync(id, receipt, options.VisibilityTimeout));
    }

    async Task<bool> RunAsync(QueueMessage message, string text, MessageHold hold)
    {
        var renewal = hold.Renew();
        try
        {
            await invoker.InvokeAsync(entry.Function, text, _abort.Token);
            return true;
        }
        catch (Exception e)
        {
            if (message.DequeueCount >= options.MaxDequeueCount)
                QueueLog.FailedForGood(logger, e, entry.Function.Name, message.MessageId, store.Name);
            else
                QueueLog.Failed(logger, e, entry.Function.Name, message.MessageId, store.Name, message.DequeueCount, options.MaxDequeueCount);
            return false;
        }
        finally
        {
            await renewal.DisposeAsync();
        }
    }

    async Task MoveAsync(QueueMessage message, MessageHold hold, string reason)
    {
        // Two steps, so that a failing second one does not copy again.
        if (await SettleAsync(hold, (_, _) => store.CopyToPoisonAsync(message.MessageText)) && await SettleAsync(hold, store.DeleteAsync))
            QueueLog.Moved(logger, message.MessageId, store.Name, store.PoisonName, reason);
    }

    // A function that has run must not run again because the service was away for a moment: tried for half of the lease.
    async Task<bool> SettleAsync(MessageHold hold, Func<string, string, Task> settle)
    {
        var begun = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause *= 2)
        {
            try
            {
                await settle(hold.MessageId, hold.Receipt);
                return true;
            }
            catch (Exception e)
            {
                var late = _abort.IsCancellationRequested || time.GetElapsedTime(begun) + pause > lease.Length / 2;
                if (late || QueueStore.IsLost(e))
                {
                    QueueLog.NotSettled(logger, hold.MessageId, store.Name, QueueOutage.Reason(e));
                    return false;
                }
                outage.Failed(e);
            }
            await Task.Delay(pause, time);
        }
    }

    string? Text(QueueMessage message)
    {
        if (options.MessageEncoding == QueueEncoding.None)
            return message.MessageText;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(message.MessageText));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
