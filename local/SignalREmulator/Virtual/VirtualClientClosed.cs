namespace Lifecycle.Local.SignalR;

/// <summary>How a virtual client's connection ended.</summary>
/// <param name="Error">The text of the service's close message, if there was one.</param>
/// <param name="AllowReconnect">Whether a client with automatic reconnect would try: not after a close message that does not allow it.</param>
/// <param name="WithClose">Whether a close message came; false for a lost connection.</param>
public sealed record VirtualClientClosed(string? Error, bool AllowReconnect, bool WithClose);
