using System.Buffers;
using MessagePack;

namespace Lifecycle.Local.SignalR;

/// <summary>Reads messages of the MessagePack hub protocol.</summary>
static class MessagePackMessageReader
{
    /// <summary>Takes one message off the front. False when more bytes are needed.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a message.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out ClientMessage message)
    {
        message = default;
        if (buffer.IsEmpty || !VarInt.TryRead(buffer, out var length, out var prefix) || buffer.Length - prefix < length)
        {
            return false;
        }
        var body = buffer.Slice(prefix, length);
        buffer = buffer.Slice(prefix + length);
        try
        {
            MessagePackToJson.RequireShallow(body);
            message = Parse(body);
            return true;
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException($"The message is not MessagePack of the hub protocol, or nested deeper than {MessagePackToJson.MaxDepth}.", e);
        }
    }

    static ClientMessage Parse(ReadOnlySequence<byte> body)
    {
        var reader = new MessagePackReader(body);
        var members = reader.ReadArrayHeader();
        var kind = ClientMessage.KindOf(reader.ReadInt32());
        if (kind is ClientMessageKind.Close or ClientMessageKind.Other)
        {
            return new(kind);
        }
        if (members < 5)
        {
            throw new InvalidDataException("The invocation has too few members.");
        }
        reader.Skip();
        var id = reader.ReadString();
        var target = reader.ReadString();
        var arguments = reader.NextMessagePackType == MessagePackType.Array;
        reader.Skip();
        return !string.IsNullOrEmpty(target) && arguments
            ? new(kind, string.IsNullOrEmpty(id) ? null : id, target, kind == ClientMessageKind.Invocation ? body.ToArray() : null)
            : throw new InvalidDataException("The invocation has no target or no arguments.");
    }
}
