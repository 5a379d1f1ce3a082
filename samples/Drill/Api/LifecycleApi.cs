using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lifecycle.Samples.Drill.Processes;

namespace Lifecycle.Samples.Drill.Api;

/// <summary>How one app is treated, where it differs from the fleet's defaults; null leaves the default.</summary>
sealed record AppPolicy(
    int? ReconnectGraceMs = null, int? InitialSpreadMs = null, int? BackoffBaseMs = null, int? BackoffCapMs = null, int? ProbeFloorMs = null,
    int? CrashLoopBaseMs = null, int? StableMs = null);

/// <summary>The platform's side: Lifecycle over HTTP.</summary>
sealed class LifecycleApi(HttpClient http, ILifecycleHost host)
{
    // What is left to the default is not said: a host need not know every setting.
    static readonly JsonSerializerOptions json = new(JsonSerializerOptions.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Registers an app server's package.</summary>
    public Task RegisterAsync(AppServerProcess app, AppPolicy policy, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, $"/api/apps/{app.Package}", new
        {
            webhookUrl = app.WebhookUrl,
            ownerUrl = app.OwnerUrl,
            apiKey = app.Keys.Key,
            webhookSecrets = new[] { app.Keys.Secret },
            policy,
        }, cancellation);

    /// <summary>Asks that a package be started in a session.</summary>
    public Task StartAsync(SessionRef session, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, $"/api/sessions/{session.SessionId}/apps/{session.PackageName}/start", new { }, cancellation);

    /// <summary>Asks that a package be stopped in a session.</summary>
    public Task StopAsync(SessionRef session, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, $"/api/sessions/{session.SessionId}/apps/{session.PackageName}/stop", new { }, cancellation);

    /// <summary>Posts a message to the app. Whether it was sent or buffered.</summary>
    public async Task<bool> PostAsync(SessionRef session, int body, CancellationToken cancellation)
    {
        var path = $"/api/sessions/{session.SessionId}/apps/{session.PackageName}/messages";
        using var request = Request(HttpMethod.Post, path, new { body });
        using var answer = await http.SendAsync(request, cancellation);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The session's status; null while Lifecycle does not know it yet or cannot be reached.</summary>
    public Task<SessionStatus?> FindAsync(SessionRef session, CancellationToken cancellation) =>
        FindAsync<SessionStatus>($"/api/sessions/{session.SessionId}/apps/{session.PackageName}", cancellation);

    /// <summary>How the app fares; null while Lifecycle cannot be reached.</summary>
    public Task<AppHealth?> FindHealthAsync(string package, CancellationToken cancellation) =>
        FindAsync<AppHealth>($"/api/apps/{package}/health", cancellation);

    /// <summary>How far the host's durable engine is behind; nothing while it does not say. A host without a SignalR service is not ready, and says it all the same.</summary>
    public async Task<TimeSpan> FindEngineLagAsync(CancellationToken cancellation)
    {
        try
        {
            using var request = Request(HttpMethod.Get, "/api/health", null);
            using var answer = await http.SendAsync(request, cancellation);
            return TimeSpan.FromMilliseconds((await answer.Content.ReadFromJsonAsync<HostHealth>(cancellation))?.EngineLagMs ?? 0);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            host.RequireRunning();
            return TimeSpan.Zero;
        }
    }

    /// <summary>Takes a package's registration away, if it is there.</summary>
    public async Task ForgetAsync(string package, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Delete, $"/api/apps/{package}", null);
        using var answer = await http.SendAsync(request, cancellation);
    }

    async Task<T?> FindAsync<T>(string path, CancellationToken cancellation) where T : class
    {
        try
        {
            using var request = Request(HttpMethod.Get, path, null);
            using var answer = await http.SendAsync(request, cancellation);
            if (answer.StatusCode == HttpStatusCode.NotFound) return null;
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<T>(cancellation);
        }
        catch (HttpRequestException)
        {
            host.RequireRunning();
            return null; // Busy, or just starting: who waits says so when it stays so.
        }
    }

    async Task SendAsync(HttpMethod method, string path, object body, CancellationToken cancellation)
    {
        using var request = Request(method, path, body);
        using var answer = await http.SendAsync(request, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new DrillException($"{method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }

    HttpRequestMessage Request(HttpMethod method, string path, object? body)
    {
        var request = new HttpRequestMessage(method, new Uri(host.Api, path)) { Content = body is null ? null : JsonContent.Create(body, options: json) };
        if (host.Key is { } key) request.Headers.Add("x-functions-key", key);
        return request;
    }

    sealed record HostHealth(double EngineLagMs);
}
