namespace Lifecycle.Cli.Api;

/// <summary>Makes what follows <c>/api/</c> of an address.</summary>
static class ApiPath
{
    public static string Session(string sessionId) => $"sessions/{Uri.EscapeDataString(sessionId)}";

    public static string AppSession(string sessionId, string packageName) => $"{Session(sessionId)}/apps/{Uri.EscapeDataString(packageName)}";

    public static string App(string packageName) => $"apps/{Uri.EscapeDataString(packageName)}";

    /// <summary>With a query of what is not null.</summary>
    public static string With(string path, params IEnumerable<(string Name, string? Value)> query)
    {
        var parts = query.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToList();
        return parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}";
    }
}
