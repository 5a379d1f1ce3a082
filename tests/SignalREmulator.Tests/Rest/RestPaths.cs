namespace Lifecycle.SignalREmulator.Tests.Rest;

/// <summary>Every operation of the REST document, with the answer for a client c1 of user u in group g, and for nobody.</summary>
static class RestPaths
{
    public sealed record Operation(string Verb, string Path, int Found, int Missing, string? MissingCode = null, bool Send = false)
    {
        public bool Closes => Path.EndsWith(":closeConnections", StringComparison.Ordinal)
            || (Verb == "DELETE" && Path == "/api/hubs/{hub}/connections/{connectionId}");
    }

    public static IReadOnlyList<Operation> All { get; } =
    [
        new("HEAD", "/api/health", 200, 200),
        new("POST", "/api/hubs/{hub}/:closeConnections", 204, 204),
        new("POST", "/api/hubs/{hub}/:send", 202, 202, Send: true),
        new("DELETE", "/api/hubs/{hub}/connections/{connectionId}", 200, 200),
        new("HEAD", "/api/hubs/{hub}/connections/{connectionId}", 200, 404, "Warning.Connection.NotExisted"),
        new("POST", "/api/hubs/{hub}/connections/{connectionId}/:send", 202, 202, Send: true),
        new("DELETE", "/api/hubs/{hub}/connections/{connectionId}/groups", 200, 200),
        new("HEAD", "/api/hubs/{hub}/groups/{group}", 200, 404, "Warning.Group.NotExisted"),
        new("POST", "/api/hubs/{hub}/groups/{group}/:closeConnections", 204, 204),
        new("POST", "/api/hubs/{hub}/groups/{group}/:send", 202, 202, Send: true),
        new("DELETE", "/api/hubs/{hub}/groups/{group}/connections/{connectionId}", 200, 404, "Warning.Connection.NotExisted"),
        new("PUT", "/api/hubs/{hub}/groups/{group}/connections/{connectionId}", 200, 404, "Error.Connection.NotExisted"),
        new("HEAD", "/api/hubs/{hub}/users/{user}", 200, 404, "Warning.User.NotExisted"),
        new("POST", "/api/hubs/{hub}/users/{user}/:closeConnections", 204, 204),
        new("POST", "/api/hubs/{hub}/users/{user}/:send", 202, 202, Send: true),
        new("DELETE", "/api/hubs/{hub}/users/{user}/groups", 204, 204),
        new("DELETE", "/api/hubs/{hub}/users/{user}/groups/{group}", 204, 204),
        new("HEAD", "/api/hubs/{hub}/users/{user}/groups/{group}", 200, 404, "Info.User.NotInGroup"),
        new("PUT", "/api/hubs/{hub}/users/{user}/groups/{group}", 200, 200)
    ];

    public static string Fill(string path, string connection, string user, string group) => path
        .Replace("{hub}", "apps")
        .Replace("{connectionId}", Uri.EscapeDataString(connection))
        .Replace("{user}", Uri.EscapeDataString(user))
        .Replace("{group}", Uri.EscapeDataString(group));
}
