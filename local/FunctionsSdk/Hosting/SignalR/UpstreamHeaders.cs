using Lifecycle.Local.SignalR;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>The headers that the SignalR service puts on an upstream request.</summary>
readonly record struct UpstreamHeaders(UpstreamRequest Request)
{
    public string? ConnectionId => Get("X-ASRS-Connection-Id");

    public string? Hub => Get("X-ASRS-Hub");

    public string? Category => Get("X-ASRS-Category");

    public string? Event => Get("X-ASRS-Event");

    public string? UserId => Get("X-ASRS-User-Id");

    public string? UserClaims => Get("X-ASRS-User-Claims");

    public string? ClientQuery => Get("X-ASRS-Client-Query");

    public string? Signature => Get("X-ASRS-Signature");

    string? Get(string name) => Request.Headers.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
