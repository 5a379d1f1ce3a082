namespace Lifecycle.Local.SignalR;

/// <summary>The hub protocol that a client speaks.</summary>
public enum HubProtocolKind
{
    /// <summary>Text, records that end with 0x1e.</summary>
    Json,

    /// <summary>Binary, messages that begin with their length.</summary>
    MessagePack
}
