using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Lifecycle.Azurite;

/// <summary>
/// Azurite's queue service on a free port, with its data in a folder of its own. Share it by a collection fixture: it takes a
/// second to start.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    // The well-known account of every storage emulator.
    const string Account = "devstoreaccount1";
    const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    readonly string data = Directory.CreateTempSubdirectory("lifecycle-azurite-").FullName;
    readonly int port = FreePort();
    AzuriteProcess? process;

    /// <summary>Addresses the queue service, also while it is stopped.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};QueueEndpoint=http://127.0.0.1:{port}/{Account};";

    /// <summary>Starts the service, on the same port and data every time. Nothing happens when it runs.</summary>
    public async Task StartAsync() => process ??= await AzuriteProcess.StartAsync(port, data);

    /// <summary>Stops the service and keeps its data. Nothing happens when it is stopped.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref process, null) is { } running)
        {
            await running.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(data, recursive: true);
    }

    // Outside the range that systems give to outgoing connections, so that it stays free while the service is stopped.
    static int FreePort()
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
