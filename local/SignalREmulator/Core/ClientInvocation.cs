namespace Lifecycle.Local.SignalR;

/// <summary>A client's call of a hub method, kept as it came so that the app gets it unchanged.</summary>
/// <param name="Method">The hub method.</param>
/// <param name="InvocationId">Null when the client does not wait for an answer.</param>
/// <param name="Payload">The message without record separator or length prefix.</param>
public sealed record ClientInvocation(string Method, string? InvocationId, ReadOnlyMemory<byte> Payload);
