using Lifecycle.Local.FunctionsSdk.Hosting.Settings;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>Takes messages from one queue for as long as the host runs, whatever the queue service does.</summary>
sealed class QueueListener(QueueDeliveries deliveries, QueueOptions options, QueueOutage outage, TimeProvider time)
{
    static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(100);

    readonly CancellationTokenSource _stop = new();
    readonly CancellationTokenSource _hurry = new();
    Task _running = Task.CompletedTask;

    public void Start() => _running = RunAsync();

    /// <summary>Takes no more messages and waits for those in flight; their functions are cancelled when the drain is over.</summary>
    public async Task StopAsync(CancellationToken drain)
    {
        _stop.Cancel();
        // A request for messages is not cut off: those that the service has handed out would stay hidden for the whole lease.
        await using (drain.Register(_hurry.Cancel))
            await _running;
        await deliveries.StopAsync(drain);
    }

    async Task RunAsync()
    {
        // The host's start does not wait for the queue service.
        await Task.Yield();
        var pause = s_shortestPause;
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                if (await TakeAsync())
                {
                    pause = s_shortestPause;
                    continue;
                }
                await Task.Delay(pause, time, _stop.Token);
                pause = pause * 2 < options.MaxPollingInterval ? pause * 2 : options.MaxPollingInterval;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    async Task<bool> TakeAsync()
    {
        try
        {
            var found = await deliveries.TakeAsync(_hurry.Token);
            outage.Succeeded();
            if (found)
                await deliveries.WhenRoomAsync(_stop.Token);
            return found;
        }
        catch (Exception e) when (e is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            outage.Failed(e);
            return false;
        }
    }
}
