using System.Net;
using System.Net.Http.Json;
using Lifecycle.Samples.Drill.Processes;

namespace Lifecycle.Samples.Drill.Api;

/// <summary>How one app is treated, where it differs from the fleet's defaults; null leaves the default.</summary>
sealed record AppPolicy(int? ReconnectGraceMs = null, int? InitialSpreadMs = null, int? BackoffBaseMs = null, int? BackoffCapMs = null);

/// <summary>The platform's side: Lifecycle over HTTP.</summary>
sealed class LifecycleApi(HttpClient http, HostProcess host)
{
    /// <summary>Registers an app server's package.</summary>
    public Task RegisterAsync(AppServerProcess app, AppPolicy policy, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, $"/api/apps/{app.Package}", new { webhookUrl = app.WebhookUrl, apiKey = app.Key, webhookSecrets = new[] { app.Secret }, policy }, cancellation);

    /// <summary>Asks that a package be started in a session.</summary>
    public Task StartAsync(SessionRef session, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, $"/api/sessions/{session.SessionId}/apps/{session.PackageName}/start", new { }, cancellation);

    /// <summary>The session's status; null while Lifecycle does not know it yet or cannot be reached.</summary>
    public async Task<SessionStatus?> FindAsync(SessionRef session, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(host.Api, $"/api/sessions/{session.SessionId}/apps/{session.PackageName}"), cancellation);
            if (answer.StatusCode == HttpStatusCode.NotFound) return null;
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<SessionStatus>(cancellation);
        }
        catch (HttpRequestException)
        {
            host.RequireRunning();
            return null; // Busy, or just starting: who waits says so when it stays so.
        }
    }

    async Task SendAsync(HttpMethod method, string path, object body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(host.Api, path)) { Content = JsonContent.Create(body) };
        using var answer = await http.SendAsync(request, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new DrillException($"{method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }
}
