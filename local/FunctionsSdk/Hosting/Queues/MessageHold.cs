using Azure;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>The right to settle a message that was taken, and the renewal of it while a function runs long.</summary>
sealed class MessageHold(QueueStore store, QueueMessage message, QueueLease lease, TimeProvider time, ILogger logger)
{
    public string MessageId => message.MessageId;

    /// <summary>What the service wants to see from whoever settles the message. Each renewal makes a new one.</summary>
    public string Receipt { get; private set; } = message.PopReceipt;

    /// <summary>Keeps the message hidden until what is returned has been disposed of.</summary>
    public IAsyncDisposable Renew()
    {
        var renewal = new Renewal();
        renewal.Running = RenewAsync(renewal.Done.Token);
        return renewal;
    }

    async Task RenewAsync(CancellationToken done)
    {
        try
        {
            for (var wait = lease.Length / 2; ;)
            {
                await Task.Delay(wait, time, done);
                wait = await TryRenewAsync() ? lease.Length / 2 : lease.Length / 8;
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // The function has ended.
        }
    }

    // Not cancelled with the rest: the receipt of a change under way would be lost.
    async Task<bool> TryRenewAsync()
    {
        try
        {
            Receipt = await store.HideAsync(message.MessageId, Receipt, lease.Length);
            return true;
        }
        catch (Exception e)
        {
            QueueLog.NotRenewed(logger, message.MessageId, store.Name, QueueOutage.Reason(e));
            return false;
        }
    }

    sealed class Renewal : IAsyncDisposable
    {
        public CancellationTokenSource Done { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            Done.Cancel();
            await Running;
            Done.Dispose();
        }
    }
}
