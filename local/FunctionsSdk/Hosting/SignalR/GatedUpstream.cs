using Lifecycle.Local.SignalR;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>
/// The embedded emulator's way to the functions; its events wait until the host is up, and the host's end waits for them. Those of hubs
/// without functions do not come this way, as where the service's upstream settings name the hubs that have some.
/// </summary>
sealed class GatedUpstream(HostGate gate, IUpstream target, SignalRTable functions) : IUpstream
{
    readonly Lock _lock = new();
    int _running;
    TaskCompletionSource? _idle;

    public bool Takes(string hub) => functions.Serves(hub);

    public async Task<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        lock (_lock)
            _running++;
        try
        {
            return await target.SendAsync(request, cancellation);
        }
        finally
        {
            lock (_lock)
                if (--_running == 0)
                    _idle?.TrySetResult();
        }
    }

    /// <summary>Completes when no event is on its way. Called once, after the last client is gone.</summary>
    public Task WhenIdleAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_running == 0)
                return Task.CompletedTask;
            _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task.WaitAsync(cancellation);
        }
    }
}
