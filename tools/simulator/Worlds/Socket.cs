using Lifecycle.Simulator.Apps;

namespace Lifecycle.Simulator.Worlds;

/// <summary>A connection to the SignalR service.</summary>
sealed class Socket(Session session, Client client, Connected claim)
{
    public Session Session => session;

    public Client Client => client;

    /// <summary>What its access token says.</summary>
    public Connected Claim => claim;

    public string Id => claim.ConnectionId;

    /// <summary>Whether the service takes it for open.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Nothing gets through any more, whoever has noticed.</summary>
    public bool IsBroken { get; set; }
}
