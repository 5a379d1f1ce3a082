using System.Buffers;
using System.Text.Json;

namespace Lifecycle.Local.SignalR;

/// <summary>Reads messages of the JSON hub protocol.</summary>
static class JsonMessageReader
{
    const int MaxDepth = 64;

    /// <summary>Takes one message off the front. False when more bytes are needed.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a message.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out ClientMessage message)
    {
        message = default;
        if (buffer.PositionOf(HubFrames.RecordSeparator) is not { } end)
        {
            return false;
        }
        var record = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        try
        {
            message = Parse(record);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The message is not JSON of the hub protocol, or nested deeper than {MaxDepth}.", e);
        }
    }

    static ClientMessage Parse(ReadOnlySequence<byte> record)
    {
        var reader = new Utf8JsonReader(record, new JsonReaderOptions { MaxDepth = MaxDepth });
        int? type = null;
        string? id = null;
        string? target = null;
        var arguments = false;
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("invocationId"u8))
            {
                reader.Read();
                id = reader.GetString();
            }
            else if (reader.ValueTextEquals("target"u8))
            {
                reader.Read();
                target = reader.GetString();
            }
            else
            {
                var isArguments = reader.ValueTextEquals("arguments"u8);
                reader.Read();
                arguments |= isArguments && reader.TokenType == JsonTokenType.StartArray;
                reader.Skip();
            }
        }
        Expect(reader.TokenType == JsonTokenType.EndObject && !reader.Read() && type is not null);
        var kind = ClientMessage.KindOf(type!.Value);
        Expect(kind != ClientMessageKind.Invocation || (!string.IsNullOrEmpty(target) && arguments));
        return new(kind, id, target, kind == ClientMessageKind.Invocation ? record.ToArray() : null);
    }

    static void Expect(bool holds)
    {
        if (!holds)
        {
            throw new FormatException("A member of the message is missing or of the wrong type.");
        }
    }
}
