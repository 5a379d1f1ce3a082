using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Bench.Rigs;

/// <summary>A host as the platform, an app server and the SignalR service reach it over loopback HTTP.</summary>
sealed class LifecycleApi : IDisposable
{
    public const string Package = "com.example.bench";
    public const string ApiKey = "a-key-for-the-benchmarks";

    readonly HttpClient http;
    readonly string accessKey;

    /// <param name="api">The host's address.</param>
    /// <param name="dataFolder">Its data folder, which holds the key that signs upstream requests.</param>
    public LifecycleApi(Uri api, string dataFolder)
    {
        http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null, MaxConnectionsPerServer = 256 }) { BaseAddress = api };
        accessKey = File.ReadAllText(Path.Combine(dataFolder, "signalr.key")).Trim();
    }

    /// <summary>Registers the app; sessions need not be started, and nobody is resurrected.</summary>
    public Task RegisterAsync(int reconnectGraceMs = 120_000, int retentionMs = 0) =>
        RegisterAsync(new { allowUnsolicited = true, resurrect = false, reconnectGraceMs, retentionMs });

    /// <summary>Registers the app with a policy of its own.</summary>
    public async Task RegisterAsync(object policy, string webhookUrl = "http://127.0.0.1:9/")
    {
        using var answer = await http.PutAsJsonAsync($"/api/apps/{Package}", new
        {
            webhookUrl,
            apiKey = ApiKey,
            policy,
        });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Carries over to another host what is kept here. Gives how many sessions were taken.</summary>
    public async Task<int> CarryOverAsync(LifecycleApi to)
    {
        var taken = 0;
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await http.GetFromJsonAsync<JsonObject>($"/api/export?cursor={cursor}"))!;
            using var answer = await to.http.PostAsJsonAsync("/api/import", page);
            answer.EnsureSuccessStatusCode();
            taken += (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessions").GetInt32();
            cursor = (string?)page["cursor"];
        }

        return taken;
    }

    /// <summary>Asks all attached apps to move. Gives the move's id.</summary>
    public async Task<string> MoveAsync(Uri to, TimeSpan window)
    {
        using var answer = await http.PostAsJsonAsync("/api/move", new { url = to.ToString(), windowMs = (int)window.TotalMilliseconds });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("moveId").GetString()!;
    }

    /// <summary>All sessions in figures, as the last sweep counted them.</summary>
    public async Task<JsonElement> ReadFleetAsync() => await http.GetFromJsonAsync<JsonElement>("/api/fleet");

    /// <summary>How far a move has come.</summary>
    public async Task<JsonElement> ReadMoveAsync(string id) => await http.GetFromJsonAsync<JsonElement>($"/api/moves/{id}");

    /// <summary>Posts a message to the app; it must be taken.</summary>
    public async Task PostMessageAsync(string session, string text)
    {
        using var answer = await http.PostAsJsonAsync($"/api/sessions/{session}/apps/{Package}/messages", new { body = text });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Negotiates as an app server and gives the token's claims as the service would send them on.</summary>
    public async Task<string> NegotiateAsync(string session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/negotiate");
        request.Headers.Add("x-api-key", ApiKey);
        request.Content = JsonContent.Create(new { sessionId = session, packageName = Package, instanceId = "i1" });
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        var token = json.RootElement.GetProperty("accessToken").GetString()!;
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
        return string.Join(", ", claims.RootElement.EnumerateObject().Select(c => $"{c.Name}: {c.Value}"));
    }

    /// <summary>The service tells of a new connection.</summary>
    public Task ConnectedAsync(string session, string connection, string? claims = null) =>
        PostAsync(session, connection, "connected", "{\"type\":10}", claims);

    /// <summary>The service tells of the end of one.</summary>
    public Task DisconnectedAsync(string session, string connection) =>
        PostAsync(session, connection, "disconnected", "{\"type\":11,\"error\":\"lost\"}", null);

    /// <summary>The session's status; null when there is none.</summary>
    public async Task<JsonElement?> ReadAsync(string session)
    {
        using var answer = await http.GetAsync(new Uri($"/api/sessions/{session}/apps/{Package}", UriKind.Relative));
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Whether the session is in a state.</summary>
    public async Task<bool> IsAsync(string session, string state) =>
        await ReadAsync(session) is { } status && status.GetProperty("state").GetString() == state;

    async Task PostAsync(string session, string connection, string @event, string body, string? claims)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/runtime/webhooks/signalr");
        request.Headers.Add("X-ASRS-Connection-Id", connection);
        request.Headers.Add("X-ASRS-Hub", "apps");
        request.Headers.Add("X-ASRS-Category", "connections");
        request.Headers.Add("X-ASRS-Event", @event);
        request.Headers.Add("X-ASRS-User-Id", $"{session}:{Package}");
        request.Headers.Add("X-ASRS-Signature", UpstreamSignature.Create(accessKey, connection));
        if (claims is not null)
        {
            request.Headers.Add("X-ASRS-User-Claims", claims);
        }

        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new("application/json");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => http.Dispose();
}
