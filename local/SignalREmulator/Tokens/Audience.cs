namespace Lifecycle.Local.SignalR;

/// <summary>
/// Compares a token's audience with an address of this service. The official library writes audiences without the port, and
/// without the query parts that were added last; both are accepted, and so is every name the service is reached by.
/// </summary>
static class Audience
{
    /// <summary>Whether the audience is the client endpoint of the hub.</summary>
    public static bool IsClient(string audience, string hub, params ReadOnlySpan<Uri> addresses)
        => IsHere(audience, addresses, out var uri)
            && uri.AbsolutePath.Trim('/').Equals("client", StringComparison.OrdinalIgnoreCase)
            && HubOf(uri.Query).Equals(hub, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the audience is this resource of the REST API; the path is compared unescaped.</summary>
    public static bool IsResource(string audience, string path, params ReadOnlySpan<Uri> addresses)
        => IsHere(audience, addresses, out var uri)
            && Uri.UnescapeDataString(uri.AbsolutePath).Equals(Uri.UnescapeDataString(path), StringComparison.Ordinal);

    /// <summary>The value of <c>hub</c> in a query; empty when there is none.</summary>
    public static string HubOf(string query)
    {
        foreach (var part in query.TrimStart('?').Split('&'))
        {
            if (part.StartsWith("hub=", StringComparison.OrdinalIgnoreCase))
            {
                return Uri.UnescapeDataString(part[4..]);
            }
        }
        return "";
    }

    static bool IsHere(string audience, ReadOnlySpan<Uri> addresses, out Uri uri)
    {
        if (!Uri.TryCreate(audience, UriKind.Absolute, out uri!) || uri.Scheme is not ("http" or "https"))
        {
            return false;
        }
        foreach (var address in addresses)
        {
            if (uri.Host.Equals(address.Host, StringComparison.OrdinalIgnoreCase) && (uri.IsDefaultPort || uri.Port == address.Port))
            {
                return true;
            }
        }
        return false;
    }
}
