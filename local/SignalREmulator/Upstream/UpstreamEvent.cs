using System.Text;
using System.Text.Json;

namespace Lifecycle.Local.SignalR;

enum UpstreamEventKind
{
    Connected,
    Disconnected,
    Message
}

/// <summary>Something that the app is to be told about a connection.</summary>
sealed class UpstreamEvent
{
    const string JsonType = "application/json";
    static readonly byte[] connectedBody = [.. "{\"type\":10}"u8];

    readonly string contentType;
    readonly ReadOnlyMemory<byte> body;

    UpstreamEvent(
        ClientSession session, UpstreamEventKind kind, string name, string contentType, ReadOnlyMemory<byte> body, string? invocationId = null)
    {
        Session = session;
        Kind = kind;
        Name = name;
        this.contentType = contentType;
        this.body = body;
        InvocationId = invocationId;
    }

    public ClientSession Session { get; }

    public UpstreamEventKind Kind { get; }

    public string Name { get; }

    public string? InvocationId { get; }

    /// <summary>Events of one user, or of one anonymous connection, that a swap may exchange.</summary>
    public (string Hub, string Who) Line => (Session.Identity.Hub, Session.Identity.UserId ?? Session.ConnectionId);

    public static UpstreamEvent Connected(ClientSession session)
        => new(session, UpstreamEventKind.Connected, "connected", JsonType, connectedBody);

    public static UpstreamEvent Disconnected(ClientSession session, string? error)
    {
        var text = error is null ? "{\"type\":11}" : $"{{\"type\":11,\"error\":{JsonSerializer.Serialize(error)}}}";
        return new(session, UpstreamEventKind.Disconnected, "disconnected", JsonType, Encoding.UTF8.GetBytes(text));
    }

    public static UpstreamEvent Message(ClientSession session, ClientInvocation invocation)
    {
        var type = session.Sink.Protocol == HubProtocolKind.Json ? JsonType : UpstreamMessage.MessagePackType;
        return new(session, UpstreamEventKind.Message, invocation.Method, type, invocation.Payload, invocation.InvocationId);
    }

    public UpstreamRequest ToRequest()
    {
        var identity = Session.Identity;
        var headers = new Dictionary<string, string>(9, StringComparer.OrdinalIgnoreCase)
        {
            ["X-ASRS-Connection-Id"] = Session.ConnectionId,
            ["X-ASRS-Hub"] = identity.Hub,
            ["X-ASRS-Category"] = Kind == UpstreamEventKind.Message ? "messages" : "connections",
            ["X-ASRS-Event"] = Name,
            ["X-ASRS-Signature"] = UpstreamSignature.Create(Session.AccessKey, Session.ConnectionId)
        };
        if (identity.UserId is { Length: > 0 } user)
        {
            headers["X-ASRS-User-Id"] = user;
        }
        if (identity.Claims.Count > 0)
        {
            headers["X-ASRS-User-Claims"] = string.Join(", ", identity.Claims.Select(c => $"{c.Key}: {c.Value}"));
        }
        if (identity.Query.Length > 0)
        {
            headers["X-ASRS-Client-Query"] = identity.Query;
        }
        return new(headers, contentType, body);
    }
}
