// The official assembly is nullable-oblivious here.
#nullable disable

using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.SignalR.Management;

/// <summary>What goes into a client's access token.</summary>
public class NegotiationOptions
{
    /// <summary>The request that asks; its user is the fallback for the claims.</summary>
    public HttpContext HttpContext { get; set; }

    /// <summary>The user id of the connection; null for the identity of <see cref="HttpContext"/>, or an anonymous client.</summary>
    public string UserId { get; set; }

    /// <summary>The app's own claims; null for those of the request's user.</summary>
    public IList<Claim> Claims { get; set; }

    /// <summary>How long the token is good for; one hour by default.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Marks the client for the service's diagnostics.</summary>
    public bool IsDiagnosticClient { get; set; }

    /// <summary>Whether the client is told error details, such as the reason of a close.</summary>
    public bool EnableDetailedErrors { get; set; }
}
