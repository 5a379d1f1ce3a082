using System.Net;
using System.Text.Json;

namespace Lifecycle.Scenarios.Http;

/// <summary>How far the host's durable engine was behind, asked again and again while a scenario runs.</summary>
sealed class EngineLag(LifecycleApi api, TimeProvider time)
{
    static readonly TimeSpan pause = TimeSpan.FromSeconds(2);

    /// <summary>The most that the host's health has said.</summary>
    public TimeSpan Most { get; private set; }

    /// <summary>How often the host said that its engine does not work.</summary>
    public int NotReady { get; private set; }

    /// <summary>Whether the host serves; asks once.</summary>
    public async Task<bool> AskAsync()
    {
        var (status, answer) = await api.SendAsync(HttpMethod.Get, "api/health");
        // A SignalR service that is out of reach is what some scenarios play.
        NotReady += status == HttpStatusCode.OK || IsOf(answer, "signalr_away") ? 0 : 1;
        // A release before the one that measures says nothing of it.
        if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("engineLagMs", out var lag))
        {
            Most = TimeSpan.FromMilliseconds(Math.Max(Most.TotalMilliseconds, lag.GetDouble()));
        }

        return status == HttpStatusCode.OK;
    }

    static bool IsOf(JsonElement answer, string code) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("type", out var type) && type.GetString()!.EndsWith($":{code}", StringComparison.Ordinal);

    /// <summary>Asks until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await AskAsync();
            await Task.WhenAny(Task.Delay(pause, time, cancellation)); // an end is no failure
        }
    }
}
