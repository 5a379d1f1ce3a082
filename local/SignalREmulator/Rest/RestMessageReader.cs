using System.Buffers;
using System.Text.Json;
using MessagePack;

namespace Lifecycle.Local.SignalR;

/// <summary>Reads the body of a send: JSON, or the binary envelope of ready-made messages by protocol.</summary>
static class RestMessageReader
{
    const int MaxBytes = ClientMessageReader.MaxMessageBytes;

    public static async Task<HubInvocation> ReadAsync(HttpRequest request)
    {
        var type = (request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        if (type is not ("application/json" or "application/x-msgpack" or "application/octet-stream"))
        {
            throw new RestException(415, ServiceErrorCodes.InvalidRequest, "The body must be JSON or the binary envelope.");
        }
        var body = await BodyAsync(request);
        try
        {
            return type == "application/json" ? FromJson(body) : FromEnvelope(body);
        }
        catch (Exception e) when (e is JsonException or MessagePackSerializationException or EndOfStreamException
            or InvalidDataException or InvalidOperationException or FormatException)
        {
            throw RestException.Invalid($"The body is not a message: {e.Message}");
        }
    }

    static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        if (request.ContentLength > MaxBytes)
        {
            throw TooLarge();
        }
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > MaxBytes)
            {
                throw TooLarge();
            }
        }
        return body.ToArray();
    }

    static RestException TooLarge() => new(413, ServiceErrorCodes.InvalidRequest, "The message is larger than 1 MiB.");

    static HubInvocation FromJson(byte[] body, byte[]? messagePackFrame = null)
    {
        using var document = JsonDocument.Parse(body);
        string? target = null;
        JsonElement? arguments = null;
        // The official library writes Target and Arguments, the document target and arguments.
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name.Equals("target", StringComparison.OrdinalIgnoreCase))
            {
                target = property.Value.GetString();
            }
            else if (property.Name.Equals("arguments", StringComparison.OrdinalIgnoreCase) && property.Value.ValueKind != JsonValueKind.Null)
            {
                arguments = property.Value.ValueKind == JsonValueKind.Array
                    ? property.Value
                    : throw new FormatException("the arguments are not an array.");
            }
        }
        if (string.IsNullOrEmpty(target))
        {
            throw new FormatException("the target is missing.");
        }
        return arguments is { } a
            ? HubInvocation.FromJson(target, a, messagePackFrame)
            : HubInvocation.FromObjects(target, []);
    }

    // A map from protocol name to a complete message of that protocol.
    static HubInvocation FromEnvelope(byte[] body)
    {
        MessagePackToJson.RequireShallow(new(body));
        var reader = new MessagePackReader(body);
        byte[]? json = null;
        byte[]? messagePack = null;
        for (var left = reader.ReadMapHeader(); left > 0; left--)
        {
            var protocol = reader.ReadString();
            var frame = reader.ReadBytes()?.ToArray();
            (json, messagePack) = protocol == "json" ? (frame, messagePack) : protocol == "messagepack" ? (json, frame) : (json, messagePack);
        }
        if (json is { Length: > 0 })
        {
            return FromJson(json[^1] == HubFrames.RecordSeparator ? json[..^1] : json, messagePack);
        }
        if (messagePack is null || !VarInt.TryRead(new ReadOnlySequence<byte>(messagePack), out var length, out var prefix)
            || messagePack.Length != prefix + length)
        {
            throw new FormatException("the envelope has no message of a known protocol.");
        }
        using var document = JsonDocument.Parse(MessagePackToJson.Convert(messagePack.AsMemory(prefix)));
        return document.RootElement.EnumerateArray().Take(5).ToArray() is [_, _, _, var target, { ValueKind: JsonValueKind.Array } arguments]
            && target.GetString() is { Length: > 0 } method
            ? HubInvocation.FromJson(method, arguments, messagePack)
            : throw new FormatException("the target or the arguments are missing.");
    }
}
