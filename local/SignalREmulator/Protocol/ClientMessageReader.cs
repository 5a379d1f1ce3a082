using System.Buffers;

namespace Lifecycle.Local.SignalR;

/// <summary>Reads a client's messages in its protocol.</summary>
static class ClientMessageReader
{
    /// <summary>The largest message that the service takes.</summary>
    public const int MaxMessageBytes = 1024 * 1024;

    /// <summary>Takes one message off the front. False when more bytes are needed.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a message, or it is too large.</exception>
    public static bool TryRead(HubProtocolKind protocol, ref ReadOnlySequence<byte> buffer, out ClientMessage message)
    {
        var read = protocol == HubProtocolKind.Json
            ? JsonMessageReader.TryRead(ref buffer, out message)
            : MessagePackMessageReader.TryRead(ref buffer, out message);
        return read || buffer.Length <= MaxMessageBytes ? read : throw new InvalidDataException("The message is larger than 1 MiB.");
    }
}
