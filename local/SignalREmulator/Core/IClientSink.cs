namespace Lifecycle.Local.SignalR;

/// <summary>The service's side of a client's transport. Calls may come from any thread, return at once and never throw.</summary>
public interface IClientSink
{
    /// <summary>What the client speaks.</summary>
    HubProtocolKind Protocol { get; }

    /// <summary>Calls a method of the client.</summary>
    void Send(HubInvocation invocation);

    /// <summary>Sends a complete message in the client's protocol, such as a completion.</summary>
    void SendFrame(ReadOnlyMemory<byte> frame);

    /// <summary>Sends a close message and ends the transport.</summary>
    void Close(string? error, bool allowReconnect);

    /// <summary>Ends the transport without a word.</summary>
    void Abort();
}
