using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lifecycle.Local.SignalR;

/// <summary>A call of a client's method on its way to any number of clients; each wire form is made at most once.</summary>
public sealed class HubInvocation
{
    static readonly JsonSerializerOptions serializer = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { UseMemberNames } },
        Converters = { new PointedNumber<decimal>(), new PointedNumber<double>(), new PointedNumber<float>() },
    };

    readonly ReadOnlyMemory<byte> argumentsJson;
    byte[]? jsonFrame;
    byte[]? messagePackFrame;
    JsonElement[]? arguments;

    HubInvocation(string method, ReadOnlyMemory<byte> argumentsJson)
    {
        Method = method;
        this.argumentsJson = argumentsJson;
    }

    /// <summary>The client's method.</summary>
    public string Method { get; }

    /// <summary>The arguments as JSON values, which outlive the invocation.</summary>
    public JsonElement[] Arguments => arguments ??= Parse(argumentsJson);

    /// <summary>
    /// The arguments are serialized as the official management library does by default: by Newtonsoft.Json with its own defaults, which
    /// write members under their names in code and know nothing of the attributes of System.Text.Json.
    /// </summary>
    public static HubInvocation FromObjects(string method, object?[] arguments)
        => new(method, JsonSerializer.SerializeToUtf8Bytes(arguments, serializer));

    static void UseMemberNames(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            if (property.AttributeProvider is MemberInfo member)
                property.Name = member.Name;
    }

    /// <summary>The arguments are a JSON array.</summary>
    public static HubInvocation FromJson(string method, JsonElement arguments)
        => new(method, JsonSerializer.SerializeToUtf8Bytes(arguments));

    /// <summary>As <see cref="FromJson"/>, with the MessagePack message that the sender made itself.</summary>
    internal static HubInvocation FromJson(string method, JsonElement arguments, byte[]? messagePackFrame)
    {
        var invocation = FromJson(method, arguments);
        invocation.messagePackFrame = messagePackFrame;
        return invocation;
    }

    internal byte[] ToRestBody()
    {
        var buffer = new ArrayBufferWriter<byte>(argumentsJson.Length + 64);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("Target", Method);
            json.WritePropertyName("Arguments");
            json.WriteRawValue(argumentsJson.Span, skipInputValidation: true);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    internal byte[] JsonFrame => jsonFrame ??= HubFrames.JsonInvocation(Method, argumentsJson.Span);

    internal byte[] MessagePackFrame => messagePackFrame ??= HubFrames.MessagePackInvocation(Method, Arguments);

    static JsonElement[] Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(e => e.Clone())];
    }
}
