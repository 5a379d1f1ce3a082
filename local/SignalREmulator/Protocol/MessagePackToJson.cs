using System.Buffers;
using MessagePack;

namespace Lifecycle.Local.SignalR;

/// <summary>Reads MessagePack that others wrote as JSON. The library follows it as deep as it goes, beyond the end of the stack, which nobody can catch.</summary>
static class MessagePackToJson
{
    /// <summary>How many arrays and maps may be within each other, the message itself included: as many as in JSON.</summary>
    public const int MaxDepth = 64;

    /// <summary>The JSON.</summary>
    /// <exception cref="MessagePackSerializationException">It is not MessagePack, or too deep.</exception>
    public static string Convert(ReadOnlyMemory<byte> body)
    {
        RequireShallow(new(body));
        return MessagePackSerializer.ConvertToJson(body);
    }

    /// <summary>Refuses what is too deep.</summary>
    /// <exception cref="MessagePackSerializationException">It is not MessagePack, or too deep.</exception>
    public static void RequireShallow(ReadOnlySequence<byte> body)
    {
        var reader = new MessagePackReader(body);
        try
        {
            Pass(ref reader, 1);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // The library takes lengths beyond 31 bits for negative ones.
            throw new MessagePackSerializationException("The message says a length that none has.", e);
        }
    }

    static void Pass(ref MessagePackReader reader, int depth)
    {
        var type = reader.NextMessagePackType;
        if (type is not (MessagePackType.Array or MessagePackType.Map))
        {
            reader.Skip();
            return;
        }
        if (depth > MaxDepth)
        {
            throw new MessagePackSerializationException($"The message is nested deeper than {MaxDepth}.");
        }
        for (var left = type == MessagePackType.Array ? reader.ReadArrayHeader() : 2L * reader.ReadMapHeader(); left > 0; left--)
        {
            Pass(ref reader, depth + 1);
        }
    }
}
