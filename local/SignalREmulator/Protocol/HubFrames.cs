using System.Buffers;
using System.Text.Json;
using MessagePack;

namespace Lifecycle.Local.SignalR;

/// <summary>Writes complete messages of the hub protocols: JSON ends with 0x1e, MessagePack begins with its length.</summary>
static class HubFrames
{
    public const byte RecordSeparator = 0x1e;

    public static readonly byte[] JsonPing = [.. "{\"type\":6}"u8, RecordSeparator];
    public static readonly byte[] MessagePackPing = [0x02, 0x91, 0x06];

    public static byte[] JsonInvocation(string method, ReadOnlySpan<byte> argumentsJson)
    {
        var buffer = new ArrayBufferWriter<byte>(argumentsJson.Length + method.Length + 48);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("type", 1);
            json.WriteString("target", method);
            json.WritePropertyName("arguments");
            json.WriteRawValue(argumentsJson, skipInputValidation: true);
            json.WriteEndObject();
        }
        return EndJson(buffer);
    }

    /// <summary>A client's call, without the record separator.</summary>
    public static byte[] JsonClientInvocation(string method, string? invocationId, object?[] arguments)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("type", 1);
            if (invocationId is not null)
            {
                json.WriteString("invocationId", invocationId);
            }
            json.WriteString("target", method);
            json.WritePropertyName("arguments");
            JsonSerializer.Serialize(json, arguments, JsonSerializerOptions.Web);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] MessagePackInvocation(string method, JsonElement[] arguments)
        => MessagePackFrame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(6);
            writer.Write(1);
            writer.WriteMapHeader(0);
            writer.WriteNil();
            writer.Write(method);
            writer.WriteArrayHeader(arguments.Length);
            foreach (var argument in arguments)
            {
                JsonToMessagePack.Write(ref writer, argument);
            }
            writer.WriteArrayHeader(0);
        });

    /// <summary>A completion with a JSON result, an error, or (both null) neither.</summary>
    public static byte[] JsonCompletion(string invocationId, JsonElement? result, string? error)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("type", 3);
            json.WriteString("invocationId", invocationId);
            if (error is not null)
            {
                json.WriteString("error", error);
            }
            else if (result is { } value)
            {
                json.WritePropertyName("result");
                value.WriteTo(json);
            }
            json.WriteEndObject();
        }
        return EndJson(buffer);
    }

    /// <summary>A completion with a JSON result, an error, or (both null) neither.</summary>
    public static byte[] MessagePackCompletion(string invocationId, JsonElement? result, string? error)
        => MessagePackFrame((ref MessagePackWriter writer) =>
        {
            // Result kinds of the protocol: 1 error, 2 void, 3 value.
            var kind = error is not null ? 1 : result is null ? 2 : 3;
            writer.WriteArrayHeader(kind == 2 ? 4 : 5);
            writer.Write(3);
            writer.WriteMapHeader(0);
            writer.Write(invocationId);
            writer.Write(kind);
            if (error is not null)
            {
                writer.Write(error);
            }
            else if (result is { } value)
            {
                JsonToMessagePack.Write(ref writer, value);
            }
        });

    public static byte[] JsonClose(string? error, bool allowReconnect)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("type", 7);
            if (error is not null)
            {
                json.WriteString("error", error);
            }
            if (allowReconnect)
            {
                json.WriteBoolean("allowReconnect", true);
            }
            json.WriteEndObject();
        }
        return EndJson(buffer);
    }

    public static byte[] MessagePackClose(string? error, bool allowReconnect)
        => MessagePackFrame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(3);
            writer.Write(7);
            writer.Write(error);
            writer.Write(allowReconnect);
        });

    static byte[] EndJson(ArrayBufferWriter<byte> buffer)
    {
        buffer.GetSpan(1)[0] = RecordSeparator;
        buffer.Advance(1);
        return buffer.WrittenSpan.ToArray();
    }

    delegate void WriteBody(ref MessagePackWriter writer);

    static byte[] MessagePackFrame(WriteBody write)
    {
        var body = new ArrayBufferWriter<byte>(128);
        var writer = new MessagePackWriter(body);
        write(ref writer);
        writer.Flush();
        var frame = new byte[VarInt.Size(body.WrittenCount) + body.WrittenCount];
        body.WrittenSpan.CopyTo(frame.AsSpan(VarInt.Write(frame, body.WrittenCount)));
        return frame;
    }
}
