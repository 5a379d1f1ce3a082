using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lifecycle.Functions.Tests.Webhooks;

/// <summary>A server on loopback that answers with bytes, not necessarily with HTTP. Each connection is handled once.</summary>
sealed class RawServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource ending = new();
    readonly Func<Socket, CancellationToken, Task> answer;
    readonly Task serving;
    int connections;

    public RawServer(Func<Socket, CancellationToken, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        serving = ServeAsync();
    }

    public RawServer(string text)
        : this(async (socket, ending) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), ending))
    {
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/hook";

    public int Connections => Volatile.Read(ref connections);

    /// <summary>A port where nobody listens.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        // In this order: a listener that is stopped between two calls makes the next one throw.
        await serving;
        listener.Stop();
        ending.Dispose();
    }

    async Task ServeAsync()
    {
        var handled = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(ending.Token);
                // Before it is answered: whoever has the answer looks at this number.
                Interlocked.Increment(ref connections);
                handled.Add(HandleAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(handled);
        }
    }

    async Task HandleAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                // What is asked does not matter, but an answer must not come before the question.
                await socket.ReceiveAsync(new byte[64 * 1024], ending.Token);
                await answer(socket, ending.Token);
                socket.Shutdown(SocketShutdown.Send);
                // Until the other side is done, so that closing does not break off what is still under way.
                while (await socket.ReceiveAsync(new byte[64 * 1024], ending.Token) > 0)
                {
                    continue;
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client hung up, or the test is over.
            }
        }
    }
}
