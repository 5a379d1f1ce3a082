using System.Security.Claims;

namespace Lifecycle.Local.SignalR;

/// <summary>
/// Carries an identity from the gate to the connection. The request itself must not be read there: while the connection begins, the
/// transport is still at work on it, and requests are not safe for two at once.
/// </summary>
sealed class ClientPrincipal(ClientIdentity client) : ClaimsPrincipal
{
    public ClientIdentity Client { get; } = client;
}
