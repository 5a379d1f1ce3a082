using System.Text.Json;
using Lifecycle.Sdk;
using Lifecycle.Sdk.Webhooks;

namespace Lifecycle.Cli.Listening;

/// <summary>An app server that shows what comes: it verifies webhooks, attaches, takes messages and does nothing with them.</summary>
sealed class ExampleApp(AppServer server, TimeProvider time, Action<ExampleEvent> told) : ILifecycleWebhookHandler
{
    readonly AttachingWebhookHandler usual = new(server);

    /// <summary>Begins to take webhooks.</summary>
    public void Start()
    {
        server.ConfigureSessions(session =>
        {
            session.OnMessage(message => Tell(session, "message", $"{message.Body}", message.Seq));
            session.OnReconnected(ack => Tell(session, "reconnected", ack.Resumed ? "with its state" : "anew"));
            session.OnRefused(refusal => Tell(session, "refused", refusal.Code));
            session.OnEnded(reason => Tell(session, "ended", $"{reason.Kind}"));
        });
        server.StartRelay(this);
    }

    public async Task<WebhookAnswer> HandleAsync(LifecycleWebhook webhook, CancellationToken cancellationToken)
    {
        var answer = await usual.HandleAsync(webhook, cancellationToken);
        told(new ExampleEvent(time.GetUtcNow(), webhook.SessionId, "webhook", $"{JsonNamingPolicy.SnakeCaseLower.ConvertName($"{webhook.Type}")} {webhook.Id}, answered {answer.Status}", null));
        return answer;
    }

    Task Tell(AttachedSession session, string what, string text, long? seq = null)
    {
        told(new ExampleEvent(time.GetUtcNow(), session.SessionId, what, text, seq));
        return Task.CompletedTask;
    }
}

/// <summary>Something that happened to the example.</summary>
/// <param name="At">When.</param>
/// <param name="SessionId">The user session.</param>
/// <param name="What"><c>webhook</c>, <c>message</c>, <c>reconnected</c>, <c>refused</c> or <c>ended</c>.</param>
/// <param name="Text">More of it.</param>
/// <param name="Seq">Of a message: its number.</param>
sealed record ExampleEvent(DateTimeOffset At, string SessionId, string What, string Text, long? Seq);
