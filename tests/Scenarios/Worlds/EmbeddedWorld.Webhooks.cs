using System.Text.Json;
using Lifecycle.Functions.Webhooks;

namespace Lifecycle.Scenarios;

/// <summary>Where its webhooks and notices go.</summary>
sealed partial class EmbeddedWorld
{
    static WebhookCall CallOf(JsonElement body, string webhookId) => new(
        body.GetProperty("type").GetString()!,
        new AppSessionId(body.GetProperty("sessionId").GetString()!, body.GetProperty("packageName").GetString()!),
        webhookId,
        body.GetProperty("runId").GetString()!,
        body.GetProperty("attempt").GetInt32())
    {
        TakeOver = body.TryGetProperty("takeOverToken", out var token) ? token.GetString() : null,
    };

    sealed class ScenarioWebhooks(EmbeddedWorld world) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get)
            {
                return Answer(world.HealthOf(request.RequestUri!.Host) is { } status and not 0 ? new HttpResponseMessage((System.Net.HttpStatusCode)status) : null);
            }

            var body = JsonSerializer.Deserialize<JsonElement>(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            if (request.RequestUri!.Host == "owner.example")
            {
                var kind = NoticeNames.KindOf(body.GetProperty("type").GetString()!);
                world.OwnerNotices(new NoticeSeen(body.GetProperty("packageName").GetString()!, kind, request.Headers.GetValues("webhook-id").Single()));
                return new HttpResponseMessage(System.Net.HttpStatusCode.NoContent);
            }

            var reply = await world.Webhooks(CallOf(body, request.Headers.GetValues("webhook-id").Single()));
            return Answer(reply.Status == 0 ? null : AnswerOf(reply, world.RetryAfterOf(request.RequestUri.Host)));
        }

        static HttpResponseMessage Answer(HttpResponseMessage? answer) => answer
            ?? throw new HttpRequestException(HttpRequestError.ConnectionError, inner: new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused));

        // As an app sends it, whether or not it is what the header should be.
        static HttpResponseMessage AnswerOf(WebhookReply reply, string? retryAfter)
        {
            var answer = new HttpResponseMessage((System.Net.HttpStatusCode)reply.Status);
            if (reply.HeldBy is not null)
            {
                answer.Headers.Add(WebhookSender.HeldByHeader, reply.HeldBy);
            }

            if (reply.Leaving is not null)
            {
                answer.Headers.Add(WebhookSender.LeavingHeader, reply.Leaving);
            }

            answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
            return answer;
        }
    }
}
