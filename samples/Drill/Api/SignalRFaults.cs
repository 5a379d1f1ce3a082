using System.Net.Http.Json;
using System.Text.Json;
using Lifecycle.Samples.Drill.Processes;

namespace Lifecycle.Samples.Drill.Api;

/// <summary>What goes wrong with the WebSocket endpoints, on demand.</summary>
sealed class SignalRFaults(HttpClient http, ILifecycleHost host)
{
    /// <summary>Cuts connections without a word: one user's, or everybody's. Answers how many.</summary>
    public async Task<int> DropAsync(SessionRef? session, CancellationToken cancellation)
    {
        var answer = await PostAsync("drop", new { userId = session?.UserId }, cancellation);
        return JsonDocument.Parse(answer).RootElement.GetProperty("dropped").GetInt32();
    }

    /// <summary>Whether new connections are answered with 503.</summary>
    public Task RefuseAsync(bool refuse, CancellationToken cancellation) => PostAsync("refuse", new { refuse }, cancellation);

    /// <summary>The next close of one user's socket is told that late.</summary>
    public Task DelayCloseAsync(SessionRef session, TimeSpan by, CancellationToken cancellation) =>
        PostAsync("upstream", new { kind = "delay", @event = "disconnected", userId = session.UserId, count = 1, delayMs = by.TotalMilliseconds }, cancellation);

    /// <summary>Takes back what was asked for; nothing where nothing could be.</summary>
    public async Task ClearAsync(CancellationToken cancellation)
    {
        if (host.SignalR is null) return;
        using var answer = await http.DeleteAsync(new Uri(host.SignalR, "/_faults"), cancellation);
    }

    async Task<string> PostAsync(string what, object body, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(host.SignalR!, $"/_faults/{what}"), body, cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(cancellation);
    }
}
