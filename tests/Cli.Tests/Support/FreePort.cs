using System.Net;
using System.Net.Sockets;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>A port of loopback that nobody has at the moment.</summary>
static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
