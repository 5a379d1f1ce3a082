using Lifecycle.Local.SignalR;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>The embedded emulator's way to the functions; its events wait until the host is up.</summary>
sealed class GatedUpstream(HostGate gate, IUpstream target) : IUpstream
{
    public async Task<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        return await target.SendAsync(request, cancellation);
    }
}
