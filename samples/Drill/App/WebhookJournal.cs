using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Samples.Drill.App;

/// <summary>One arrival of a webhook at an app server, repeats included.</summary>
sealed record WebhookArrival(string Id, string Type, string SessionId, string? RunId, int Attempt, DateTimeOffset At);

/// <summary>
/// Writes every webhook request down before anything else sees it, in a file: the process that received it may be killed,
/// and the SDK behind it shows repeats of one id only once.
/// </summary>
sealed class WebhookJournal(string path, TimeProvider time, TimeSpan answerAfter)
{
    readonly Journal journal = new(path);

    /// <summary>As middleware: records, waits when the app is to be slow, passes on.</summary>
    public async Task RecordAsync(HttpContext http, RequestDelegate next)
    {
        http.Request.EnableBuffering();
        using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        http.Request.Body.Position = 0;
        journal.Write(Read(http.Request.Headers["webhook-id"].ToString(), body.RootElement));
        if (answerAfter > TimeSpan.Zero) await Task.Delay(answerAfter, time, http.RequestAborted);
        await next(http);
    }

    WebhookArrival Read(string id, JsonElement body) => new(
        id,
        body.GetProperty("type").GetString()!,
        body.GetProperty("sessionId").GetString()!,
        body.TryGetProperty("runId", out var run) ? run.GetString() : null,
        body.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : 0,
        time.GetUtcNow());
}
