using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;

namespace Lifecycle.Local.SignalR;

/// <summary>Serves one client over whichever transport it chose: handshake, then its messages until it ends.</summary>
sealed class ClientConnectionHandler(SignalRServiceCore core, KeepAlive keepAlive) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        try
        {
            ClientIdentity? identity = null;
            if (await ClientHandshake.AgreeAsync(connection, core.TimeProvider, () => identity = Identify(connection)) is { } protocol)
            {
                await ServeAsync(connection, identity!, protocol);
            }
        }
        catch (Exception e) when (e is IOException or ConnectionResetException or OperationCanceledException or ClientRefusedException)
        {
            ServiceLog.ConnectionEnded(core.Logger, connection.ConnectionId, "", e.Message);
        }
    }

    // Negotiation and transport requests have been checked before; this reads the identity again.
    ClientIdentity Identify(ConnectionContext connection)
    {
        var request = connection.GetHttpContext() ?? throw new InvalidOperationException("The connection has no HTTP request.");
        return core.Authorize(ClientRequest.Url(request), ClientRequest.Token(request));
    }

    async Task ServeAsync(ConnectionContext connection, ClientIdentity identity, HubProtocolKind protocol)
    {
        var sink = new SocketSink(connection, protocol, core.TimeProvider);
        var session = core.Create(connection.ConnectionId, identity, sink);
        keepAlive.Add(session, sink);
        try
        {
            session.Start();
            var reason = await ReadAsync(connection, session, sink);
            session.End(reason);
            ServiceLog.ConnectionEnded(core.Logger, connection.ConnectionId, identity.Hub, reason ?? "closed by the client");
        }
        finally
        {
            keepAlive.Remove(session);
            sink.Stop();
        }
    }

    /// <summary>Why the connection ended; null when the client said goodbye.</summary>
    static async Task<string?> ReadAsync(ConnectionContext connection, ClientSession session, SocketSink sink)
    {
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync();
                if (result.IsCanceled)
                {
                    return "The service ended the connection.";
                }
                var buffer = result.Buffer;
                var goodbye = false;
                try
                {
                    if (!buffer.IsEmpty)
                    {
                        sink.Received();
                    }
                    while (!goodbye && ClientMessageReader.TryRead(sink.Protocol, ref buffer, out var message))
                    {
                        goodbye = !Take(session, sink, message);
                    }
                }
                finally
                {
                    input.AdvanceTo(buffer.Start, buffer.End);
                }
                if (goodbye || result.IsCompleted)
                {
                    return null;
                }
            }
        }
        catch (InvalidDataException e)
        {
            session.Close(e.Message, allowReconnect: false);
            return e.Message;
        }
        catch (Exception e) when (e is IOException or ConnectionResetException or OperationCanceledException || IsTransportFailure(e))
        {
            return $"The connection was lost: {e.Message}";
        }
    }

    static bool IsTransportFailure(Exception e) => e is System.Net.WebSockets.WebSocketException or ConnectionAbortedException;

    // False for a goodbye.
    static bool Take(ClientSession session, SocketSink sink, ClientMessage message)
    {
        switch (message.Kind)
        {
            case ClientMessageKind.Invocation:
                session.Receive(new(message.Target!, message.InvocationId, message.Payload!));
                return true;
            case ClientMessageKind.StreamInvocation:
                const string problem = "Streaming is not supported in serverless mode.";
                sink.SendFrame(sink.Protocol == HubProtocolKind.Json
                    ? HubFrames.JsonCompletion(message.InvocationId ?? "", null, problem)
                    : HubFrames.MessagePackCompletion(message.InvocationId ?? "", null, problem));
                return true;
            default:
                return message.Kind != ClientMessageKind.Close;
        }
    }
}
