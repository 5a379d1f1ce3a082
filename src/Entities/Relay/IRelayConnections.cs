namespace Lifecycle.Entities;

/// <summary>What relayed webhooks ask of the SignalR service. Every call may be made twice.</summary>
public interface IRelayConnections
{
    /// <summary>Sends one invocation to a connection.</summary>
    Task SendAsync(string connectionId, string target, object payload, CancellationToken cancellation);

    /// <summary>Whether the service knows this connection.</summary>
    Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation);
}
