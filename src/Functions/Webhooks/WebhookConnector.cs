using System.Net;
using System.Net.Sockets;

namespace Lifecycle.Functions.Webhooks;

/// <summary>
/// Opens connections for webhooks: resolves the name, and connects to an address that was checked. The name is not resolved a second
/// time, so an answer that changes in between reaches nothing.
/// </summary>
sealed class WebhookConnector(WebhookTargets targets, TimeProvider time, WebhookConnector.Resolver resolve)
{
    // An address that swallows packets must leave time for the next one.
    static readonly TimeSpan patience = TimeSpan.FromSeconds(1.5);

    /// <summary>What a name stands for.</summary>
    public delegate Task<IPAddress[]> Resolver(string host, CancellationToken cancellation);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="ForbiddenTargetException">No address of the name is allowed.</exception>
    /// <exception cref="SocketException">The name does not resolve, or no address can be connected to.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        // The system's resolver does not stop when it is told to.
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellation).WaitAsync(cancellation);
        var allowed = addresses.Where(targets.Allow).Distinct().ToArray();
        if (allowed.Length == 0)
        {
            throw addresses.Length > 0 ? new ForbiddenTargetException() : new SocketException((int)SocketError.HostNotFound);
        }

        for (var i = 0; i < allowed.Length - 1; i++)
        {
            using var limit = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
            try
            {
                return await ConnectAsync(new IPEndPoint(allowed[i], port), either.Token);
            }
            catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // The next address, and in the end the last one, says what is wrong.
            }
        }

        return await ConnectAsync(new IPEndPoint(allowed[^1], port), cancellation);
    }

    static async Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
