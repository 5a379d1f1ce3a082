using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Lifecycle.Local.SignalR;

/// <summary>The first exchange on a connection: which hub protocol will be spoken.</summary>
static class ClientHandshake
{
    const int MaxHandshakeBytes = 4096;
    static readonly TimeSpan timeout = TimeSpan.FromSeconds(15);

    /// <summary>The agreed protocol; null when the client was turned away or never asked.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="time">Measures how long the client may take.</param>
    /// <param name="identify">
    /// Reads who the client is; a throw ends the connection without an answer. It is called when the client has spoken and not
    /// before: until then the request belongs to the thread that opens the transport, and two threads in one request break it.
    /// </param>
    public static async Task<HubProtocolKind?> AgreeAsync(ConnectionContext connection, TimeProvider time, Action identify)
    {
        using var late = new CancellationTokenSource(timeout, time);
        try
        {
            var request = await ReadAsync(connection, late.Token);
            if (request is null)
            {
                return null;
            }
            identify();
            var problem = Problem(connection, request, out var protocol);
            Answer(connection, problem);
            await connection.Transport.Output.FlushAsync(late.Token);
            return problem is null ? protocol : null;
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidDataException)
        {
            Answer(connection, e is InvalidDataException ? e.Message : "Handshake was canceled.");
            await connection.Transport.Output.FlushAsync();
            return null;
        }
    }

    static string? Problem(ConnectionContext connection, HandshakeRequestMessage request, out HubProtocolKind protocol)
    {
        protocol = request.Protocol == "messagepack" ? HubProtocolKind.MessagePack : HubProtocolKind.Json;
        if (request.Protocol is not ("json" or "messagepack"))
        {
            return $"The protocol '{request.Protocol}' is not supported.";
        }
        if (request.Version is < 1 or > 2)
        {
            return $"The server does not support version {request.Version} of the '{request.Protocol}' protocol.";
        }
        var wanted = protocol == HubProtocolKind.Json ? TransferFormat.Text : TransferFormat.Binary;
        if (connection.Features.Get<ITransferFormatFeature>() is { } format)
        {
            if ((format.SupportedFormats & wanted) == 0)
            {
                return $"Cannot use the '{request.Protocol}' protocol on the current transport.";
            }
            format.ActiveFormat = wanted;
        }
        return null;
    }

    static void Answer(ConnectionContext connection, string? problem)
        => HandshakeProtocol.WriteResponseMessage(
            problem is null ? HandshakeResponseMessage.Empty : new HandshakeResponseMessage(problem), connection.Transport.Output);

    static async Task<HandshakeRequestMessage?> ReadAsync(ConnectionContext connection, CancellationToken cancellation)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(cancellation);
            var buffer = result.Buffer;
            var examined = buffer.End;
            try
            {
                if (HandshakeProtocol.TryParseRequestMessage(ref buffer, out var request))
                {
                    examined = buffer.Start;
                    return request;
                }
                if (result.IsCompleted || result.IsCanceled)
                {
                    return null;
                }
                if (buffer.Length > MaxHandshakeBytes)
                {
                    throw new InvalidDataException("The handshake is too long.");
                }
            }
            finally
            {
                input.AdvanceTo(buffer.Start, examined);
            }
        }
    }
}
