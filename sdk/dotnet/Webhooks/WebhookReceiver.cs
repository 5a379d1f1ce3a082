using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Lifecycle.Sdk.Webhooks;

/// <summary>The HTTP road of webhooks: reads a request, and writes the answer as one.</summary>
sealed class WebhookReceiver(WebhookIntake intake)
{
    public async Task<IResult> ReceiveAsync(HttpContext http)
    {
        var response = await intake.TakeAsync(() => ReadAsync(http));
        foreach (var (name, value) in response.Headers) http.Response.Headers[name] = value;
        if (response.HeldBy is { } holder) return Results.Json(new { heldBy = holder }, contentType: MediaTypeNames.Application.Json, statusCode: response.Status);
        if (response.Errors is { } errors) return Results.ValidationProblem(errors, title: response.Title);
        return response.Title is null
            ? Results.StatusCode(response.Status)
            : Results.Problem(response.Detail, statusCode: response.Status, title: response.Title, type: response.Type);
    }

    static async Task<WebhookRead> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType()) return new WebhookRead(null, WebhookIntake.NotJson);
        if (await ReadBodyAsync(http) is not { } body) return new WebhookRead(null, WebhookIntake.TooLarge);
        var headers = http.Request.Headers;
        return new WebhookRead(new WebhookDelivery(headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body));
    }

    /// <summary>The whole body, or null when it is larger than allowed.</summary>
    static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > WebhookIntake.MaxBodyBytes) return null;
        // The server's own limit would throw halfway; ours answers.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        var buffer = new byte[WebhookIntake.MaxBodyBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length > WebhookIntake.MaxBodyBytes) return null; // Not as a conditional: there null would become an empty memory.
        return buffer.AsMemory(0, length);
    }
}
