using Microsoft.AspNetCore.Http.Extensions;

namespace Lifecycle.Local.SignalR;

/// <summary>What a client's HTTP request says.</summary>
static class ClientRequest
{
    /// <summary>The url as the client wrote it.</summary>
    public static Uri Url(HttpContext context) => new(context.Request.GetEncodedUrl());

    /// <summary>The bearer token, from the header or, where a browser cannot set one, the query.</summary>
    public static string? Token(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..].Trim()
            : context.Request.Query["access_token"].FirstOrDefault();
    }
}
