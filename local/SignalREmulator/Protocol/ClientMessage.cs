namespace Lifecycle.Local.SignalR;

enum ClientMessageKind
{
    /// <summary>A call to pass on.</summary>
    Invocation,

    /// <summary>A call that expects a stream, which a serverless hub cannot give.</summary>
    StreamInvocation,

    /// <summary>The client says goodbye.</summary>
    Close,

    /// <summary>Proof of life, or something that only matters to streams.</summary>
    Other
}

/// <summary>A message from a client, read just far enough to know what to do with it.</summary>
readonly record struct ClientMessage(ClientMessageKind Kind, string? InvocationId = null, string? Target = null, byte[]? Payload = null)
{
    public static ClientMessageKind KindOf(int type) => type switch
    {
        1 => ClientMessageKind.Invocation,
        4 => ClientMessageKind.StreamInvocation,
        7 => ClientMessageKind.Close,
        >= 1 and <= 9 => ClientMessageKind.Other,
        _ => throw new InvalidDataException($"The message type {type} is unknown.")
    };
}
