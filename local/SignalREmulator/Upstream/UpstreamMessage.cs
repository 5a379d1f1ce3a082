using System.Text.Json;
using MessagePack;

namespace Lifecycle.Local.SignalR;

/// <summary>The body of an upstream event, in either content type, for whoever answers it.</summary>
/// <param name="Type">10 connected, 11 disconnected, 1 invocation.</param>
/// <param name="InvocationId">Set when the client waits for a completion.</param>
/// <param name="Target">The hub method of an invocation.</param>
/// <param name="Arguments">The arguments of an invocation; empty otherwise.</param>
/// <param name="Error">Why the connection ended, if it ended with an error.</param>
public sealed record UpstreamMessage(int Type, string? InvocationId, string? Target, IReadOnlyList<JsonElement> Arguments, string? Error)
{
    /// <summary>The content type of connection events and of calls by JSON clients.</summary>
    public const string JsonType = "application/json";

    /// <summary>The content type of calls by MessagePack clients.</summary>
    public const string MessagePackType = "application/x-msgpack";

    /// <summary>Reads a body.</summary>
    /// <exception cref="InvalidDataException">The body is not a message of that content type.</exception>
    /// <exception cref="NotSupportedException">The content type is neither of the two (an answer of 415).</exception>
    public static UpstreamMessage Read(string? contentType, ReadOnlyMemory<byte> body)
    {
        var type = (contentType ?? "").Split(';')[0].Trim();
        try
        {
            return type.Equals(JsonType, StringComparison.OrdinalIgnoreCase) ? ReadJson(body)
                : type.Equals(MessagePackType, StringComparison.OrdinalIgnoreCase) ? ReadMessagePack(body)
                : throw new NotSupportedException($"The content type '{type}' is not one of upstream events.");
        }
        catch (Exception e) when (e is JsonException or MessagePackSerializationException or InvalidOperationException
            or FormatException or EndOfStreamException or KeyNotFoundException or OverflowException)
        {
            throw new InvalidDataException("The body is not an upstream message.", e);
        }
    }

    /// <summary>Writes the completion that answers an invocation, in the protocol of the client that called.</summary>
    /// <param name="contentType">The content type of the event that is answered.</param>
    /// <param name="invocationId">The invocation's id.</param>
    /// <param name="result">The result; null for none.</param>
    /// <param name="error">The error text; null when the call succeeded.</param>
    public static ReadOnlyMemory<byte> WriteCompletion(string? contentType, string invocationId, JsonElement? result, string? error = null)
        => (contentType ?? "").StartsWith(MessagePackType, StringComparison.OrdinalIgnoreCase)
            ? HubFrames.MessagePackCompletion(invocationId, result, error)
            : HubFrames.JsonCompletion(invocationId, result, error);

    static UpstreamMessage ReadJson(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return new(
            root.GetProperty("type").GetInt32(),
            Text(root, "invocationId"),
            Text(root, "target"),
            root.TryGetProperty("arguments", out var arguments) ? [.. arguments.EnumerateArray().Select(a => a.Clone())] : [],
            Text(root, "error"));
    }

    static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;

    // [1, headers, invocationId, target, arguments, streams?]
    static UpstreamMessage ReadMessagePack(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(MessagePackToJson.Convert(body));
        var root = document.RootElement;
        return root.GetArrayLength() >= 5 && root[0].GetInt32() == 1
            ? new(1, root[2].GetString(), root[3].GetString(), [.. root[4].EnumerateArray().Select(a => a.Clone())], null)
            : throw new FormatException("Not an invocation.");
    }
}
