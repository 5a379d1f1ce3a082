using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Doctor.Tests.Support;
using Lifecycle.Sdk;
using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Doctor.Tests.Faults;

/// <summary>Faults where webhooks arrive.</summary>
static class FaultyWebhooks
{
    static readonly HashSet<string> known =
        ["type", "sessionId", "packageName", "correlationId", "runId", "attempt", "reason", "timestamp", "takeOverToken", "leaving"];

    static readonly Fault[] moods = [Fault.AnswersLate, Fault.RefusesGoodSignature, Fault.TakesHuge];

    // Session ids are of one examination each.
    static readonly ConcurrentDictionary<string, bool> started = new();

    /// <summary>What is wrong with an app before its SDK sees the webhook.</summary>
    public static async Task PassAsync(HttpContext http, Func<Task> next, IReadOnlySet<Fault> faults)
    {
        var body = await ReadAsync(http.Request);
        if (faults.Contains(Fault.IsPicky) && Refusal(http.Request, body) is { } status)
        {
            http.Response.StatusCode = status;
            return;
        }
        if (faults.Contains(Fault.TakesAnything) && HttpMethods.IsGet(http.Request.Method)) return;
        if (faults.Overlaps(moods) && await IsMoodyAsync(http.Response, body, faults)) return;
        if (faults.Contains(Fault.FailsAtNonsense)) http.Response.OnStarting(() => FailAsync(http.Response));
        if (IsSigned(http.Request.Headers, body))
        {
            if (faults.Contains(Fault.AttachesEachTime)) Resign(http.Request, $"wh_{Guid.NewGuid():n}", body);
            if (faults.Contains(Fault.TakesAnything)) Resign(http.Request, http.Request.Headers["webhook-id"].ToString(), Understood(body));
        }
        await next();
    }

    // Whether it is answered by that.
    static async Task<bool> IsMoodyAsync(HttpResponse response, byte[] body, IReadOnlySet<Fault> faults)
    {
        var session = Parse(body)?["sessionId"]?.ToString();
        if (faults.Contains(Fault.AnswersLate) && Moods.IsOf(session, "webhook-in-time")) await Task.Delay(TimeSpan.FromSeconds(5.5));
        if (faults.Contains(Fault.RefusesGoodSignature) && Moods.IsOf(session, "webhook-signed")) response.StatusCode = StatusCodes.Status401Unauthorized;
        else if (faults.Contains(Fault.TakesHuge) && body.Length > 1024 * 1024) response.StatusCode = StatusCodes.Status202Accepted;
        else return false;
        return true;
    }

    public static async Task<WebhookAnswer> HandleAsync(
        AppServer server, AttachingWebhookHandler handler, IReadOnlySet<Fault> faults, LifecycleWebhook webhook, CancellationToken cancellation)
    {
        switch (webhook.Type)
        {
            case WebhookType.SessionRequest when faults.Contains(Fault.AttachesEachTime) && !started.TryAdd(webhook.SessionId, true):
                _ = AttachAnewAsync(server, webhook.SessionId);
                return WebhookAnswer.Accepted;
            case WebhookType.ResurrectionRequest when faults.Contains(Fault.DoesNotKnowWhatItHolds):
                server.Begin(webhook.SessionId, webhook.TakeOverToken);
                return WebhookAnswer.Accepted;
            case WebhookType.StopRequest when faults.Contains(Fault.IgnoresStopWebhook):
                return WebhookAnswer.Accepted;
            case WebhookType.StopRequest when faults.Contains(Fault.RefusesUnknownStop) && server.Find(webhook.SessionId) is null:
                return WebhookAnswer.Gone();
            case WebhookType.SessionRequest or WebhookType.HandOverRequest when faults.Contains(Fault.ClosesWhenAskedAgain) && server.Find(webhook.SessionId) is { } held:
                _ = held.CloseAsync();
                return WebhookAnswer.Accepted;
            default:
                return await handler.HandleAsync(webhook, cancellation);
        }
    }

    static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        request.Body.Position = 0;
        return body.ToArray();
    }

    // Whatever is not as the first webhook was that its author saw.
    static int? Refusal(HttpRequest request, byte[] body)
    {
        if (body.Length > 4_096) return StatusCodes.Status413PayloadTooLarge;
        if (request.ContentType?.Contains("charset", StringComparison.Ordinal) == true) return StatusCodes.Status415UnsupportedMediaType;
        if (request.Headers["webhook-signature"].ToString().Contains(' ')) return StatusCodes.Status401Unauthorized;
        if (long.TryParse(request.Headers["webhook-timestamp"], out var at) && Math.Abs(at - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()) > 60) return StatusCodes.Status401Unauthorized;
        if (body.Contains((byte)'\n')) return StatusCodes.Status400BadRequest;
        return Parse(body) is { } said && said.Any(field => !known.Contains(field.Key)) ? StatusCodes.Status400BadRequest : null;
    }

    static Task FailAsync(HttpResponse response)
    {
        if (response.StatusCode == StatusCodes.Status400BadRequest) response.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.CompletedTask;
    }

    // It takes every type for a start, and every package for its own.
    static byte[] Understood(byte[] body)
    {
        if (Parse(body) is not { } said) return body;
        if ((string?)said["type"] == "weather_request") said["type"] = "session_request";
        said["packageName"] = Keys.Package;
        return Encoding.UTF8.GetBytes(said.ToJsonString());
    }

    static JsonObject? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static bool IsSigned(IHeaderDictionary headers, byte[] body) => headers["webhook-id"].ToString() is { Length: > 0 } id
        && headers["webhook-signature"].ToString().Split(' ').Any(signature => Keys.Secrets.Any(secret => signature == $"v1,{Sign(secret, id, headers["webhook-timestamp"].ToString(), body)}"));

    static void Resign(HttpRequest request, string id, byte[] body)
    {
        request.Headers["webhook-id"] = id;
        request.Headers["webhook-signature"] = $"v1,{Sign(Keys.Secrets[0], id, request.Headers["webhook-timestamp"].ToString(), body)}";
        request.Body = new MemoryStream(body);
        request.ContentLength = body.Length;
    }

    static async Task AttachAnewAsync(AppServer server, string sessionId)
    {
        await (await server.AttachAsync(sessionId)).CloseAsync();
        await server.AttachAsync(sessionId);
    }

    static string Sign(string secret, string id, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
    }
}
