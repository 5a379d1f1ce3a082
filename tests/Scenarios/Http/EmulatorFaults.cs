using System.Text.Json;

namespace Lifecycle.Scenarios.Http;

/// <summary>Faults of the SignalR emulator over HTTP. The worlds' faults are in force when the call returns, so these calls are waited for.</summary>
sealed class EmulatorFaults(HttpClient http, Uri emulator)
{
    const string Hub = "apps";

    public void Refuse(bool refuse) => Send(HttpMethod.Post, "_faults/refuse", new { refuse });

    public void Add(string kind, string @event, TimeSpan by = default, double probability = 1) =>
        Send(HttpMethod.Post, "_faults/upstream", new { kind, @event, hub = Hub, delayMs = by.TotalMilliseconds, probability });

    /// <summary>Removes every rule, and lets clients in.</summary>
    public void Clear() => Send(HttpMethod.Delete, "_faults", null);

    void Send(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(emulator, path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, LifecycleApi.Json));
            request.Content.Headers.ContentType = new("application/json");
        }

        using var answer = http.Send(request);
        answer.EnsureSuccessStatusCode();
    }
}
