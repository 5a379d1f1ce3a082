using System.Text.Json;

namespace Lifecycle.Scenarios.Http;

/// <summary>What the API says of a session and of an app, as the verdicts read it.</summary>
static class Snapshots
{
    public static SessionSnapshot SessionOf(JsonElement view) => new(
        view.GetProperty("state").Deserialize<AppState>(LifecycleApi.Json),
        view.GetProperty("tally").Deserialize<SessionTally>(LifecycleApi.Json)!,
        [.. view.GetProperty("trail").Deserialize<TrailStep[]>(LifecycleApi.Json)!],
        new SubscriptionSet
        {
            Version = view.GetProperty("subscriptionsVersion").GetInt32(),
            Streams = [.. view.GetProperty("subscriptions").Deserialize<string[]>(LifecycleApi.Json)!],
        });

    public static GateSnapshot GateOf(JsonElement health) => new(
        health.GetProperty("tally").Deserialize<GateTally>(LifecycleApi.Json)!,
        health.TryGetProperty("incident", out var incident) && incident.ValueKind == JsonValueKind.Object && incident.Deserialize<Incident>(LifecycleApi.Json)!.IsOpen);
}
