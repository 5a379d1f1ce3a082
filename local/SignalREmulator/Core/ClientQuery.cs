namespace Lifecycle.Local.SignalR;

/// <summary>The query that an app sees of a client's request.</summary>
static class ClientQuery
{
    /// <summary>The query with its <c>?</c>, without the access token and the transport's own connection id.</summary>
    public static string WithoutToken(string query)
    {
        var kept = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(p => !p.StartsWith("access_token=", StringComparison.OrdinalIgnoreCase)
                && !p.StartsWith("id=", StringComparison.OrdinalIgnoreCase));
        var text = string.Join('&', kept);
        return text.Length == 0 ? "" : $"?{text}";
    }
}
