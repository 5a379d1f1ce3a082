using Lifecycle.Functions.Canary;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Scenarios;

/// <summary>
/// The canary of a host without sockets: asks the emulated service whether it would let it in, with a token of its own, and opens nothing, so
/// that the service draws no chance for it.
/// </summary>
public sealed class VirtualCanary(IServiceProvider services, SignalRServiceCore core) : ICanary
{
    /// <inheritdoc/>
    public async Task<bool> OpensAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var invitation = await services.GetRequiredService<Functions.Canary.Canary>().InviteAsync();
        try
        {
            core.Authorize(new Uri(invitation.Url), invitation.AccessToken);
            return true;
        }
        catch (ClientRefusedException)
        {
            return false;
        }
    }
}
