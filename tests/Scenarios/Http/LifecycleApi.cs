using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle.Scenarios.Http;

/// <summary>The platform's side of a host that is already there, and the negotiate call of its apps.</summary>
sealed class LifecycleApi(HttpClient http, Uri api, string? key, TimeProvider time)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks, and asks again while nobody answers, as a platform does. False when it is refused for now.</summary>
    public async Task<bool> CallAsync(HttpMethod method, string path, object? body)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var (status, answer) = await SendAsync(method, path, body);
            switch (status)
            {
                case >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous:
                    return true;
                case HttpStatusCode.ServiceUnavailable when Text(answer, "type")?.EndsWith("app_unreachable", StringComparison.Ordinal) == true:
                    return false;
                case null or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout when time.GetElapsedTime(begun) < patience:
                    await Task.Delay(pause, time);
                    break;
                default:
                    throw new InvalidOperationException($"{method} {path} answered {(status is { } s ? $"{(int)s}" : "nothing")}: {answer}");
            }
        }
    }

    /// <summary>One try. No status when nobody answers.</summary>
    public async Task<(HttpStatusCode? Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, object? body = null, string? appKey = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(api, path));
        if ((appKey ?? key) is { } shown)
        {
            request.Headers.Add(appKey is null ? "x-functions-key" : "x-api-key", shown);
        }

        if (body is not null || method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent(body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, Json));
            request.Content.Headers.ContentType = new("application/json");
        }

        try
        {
            using var answer = await http.SendAsync(request);
            return (answer.StatusCode, Read(await answer.Content.ReadAsByteArrayAsync()));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return (null, default);
        }
    }

    public static string? Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static JsonElement Read(byte[] answer)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(answer);
        }
        catch (JsonException)
        {
            return default; // the status alone decides then
        }
    }
}
