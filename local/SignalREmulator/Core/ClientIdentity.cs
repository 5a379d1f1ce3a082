namespace Lifecycle.Local.SignalR;

/// <summary>Who a client is, from its access token and its request.</summary>
/// <param name="Hub">The hub in lower case.</param>
/// <param name="UserId">Null for an anonymous client.</param>
/// <param name="Claims">Every claim of the token.</param>
/// <param name="Query">The query of the client's request with its <c>?</c>, or empty.</param>
public sealed record ClientIdentity(
    string Hub, string? UserId, IReadOnlyList<KeyValuePair<string, string>> Claims, string Query);
