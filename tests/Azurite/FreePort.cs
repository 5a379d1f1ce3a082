using System.Net;
using System.Net.Sockets;

namespace Lifecycle.Azurite;

/// <summary>Ports that nobody listens on.</summary>
static class FreePort
{
    /// <summary>One of them, outside the range that systems give to outgoing connections, so that it stays free while nobody listens.</summary>
    public static int Draw()
    {
        for (; ; )
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next draw may find a free one.
            }
        }
    }
}
