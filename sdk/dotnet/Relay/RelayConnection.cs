using System.Text;
using System.Text.Json.Serialization;
using Lifecycle.Sdk.Negotiation;
using Lifecycle.Sdk.Sessions;
using Lifecycle.Sdk.Webhooks;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Relay;

/// <summary>A connection over which webhooks come; tests make their own.</summary>
interface IRelayConnection : IAsyncDisposable
{
    /// <summary>Completes when an opened connection is lost, with the error text if there was one.</summary>
    Task<string?> Closed { get; }

    Task StartAsync(CancellationToken cancellation);

    /// <summary>Calls a hub method.</summary>
    /// <exception cref="HubCallException">Lifecycle answered with an error.</exception>
    Task CallAsync(string method, object argument, CancellationToken cancellation);
}

/// <summary>Makes a connection that is not open yet.</summary>
delegate IRelayConnection ConnectRelay(NegotiateOutcome.Redirect redirect, Action<IRelayConnection, RelayedWebhook> received, ILoggerFactory loggers);

/// <summary>One over SignalR.</summary>
sealed class RelayConnection : IRelayConnection
{
    readonly SignalRLink _link;

    public RelayConnection(NegotiateOutcome.Redirect redirect, Action<IRelayConnection, RelayedWebhook> received, ILoggerFactory loggers)
    {
        _link = new SignalRLink(redirect, loggers);
        _link.On<RelayedWebhook>("webhook", webhook => received(this, webhook));
    }

    public Task<string?> Closed => _link.Closed;

    public Task StartAsync(CancellationToken cancellation) => _link.StartAsync(cancellation);

    public Task CallAsync(string method, object argument, CancellationToken cancellation) => _link.CallAsync(method, [argument], cancellation);

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}

/// <summary>A webhook as it comes over the wire; every field may be missing.</summary>
/// <param name="Headers">As an HTTP request would have them.</param>
/// <param name="Body">What was signed, as text.</param>
/// <param name="Ticket">Shown with the answer.</param>
/// <param name="WithinMs">How long the answer is waited for.</param>
sealed record RelayedWebhook(Dictionary<string, string>? Headers, string? Body, string? Ticket, long WithinMs)
{
    /// <summary>Without ticket and body, which may have a take-over token.</summary>
    public override string ToString() => $"webhook, within {WithinMs} ms";

    /// <summary>The same as an HTTP endpoint would read it.</summary>
    public WebhookRead Read()
    {
        var headers = new Dictionary<string, string>(Headers ?? [], StringComparer.OrdinalIgnoreCase);
        if (headers.GetValueOrDefault("content-type")?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return new WebhookRead(null, WebhookIntake.NotJson);
        var body = Encoding.UTF8.GetBytes(Body ?? "");
        return body.Length > WebhookIntake.MaxBodyBytes
            ? new WebhookRead(null, WebhookIntake.TooLarge)
            : new WebhookRead(new WebhookDelivery(
                headers.GetValueOrDefault("webhook-id"), headers.GetValueOrDefault("webhook-timestamp"), headers.GetValueOrDefault("webhook-signature"), body));
    }
}

/// <summary>What is answered to one.</summary>
sealed record RelayAnswerPayload(
    string? Ticket, int Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Headers)
{
    public static RelayAnswerPayload Of(RelayedWebhook webhook, WebhookResponse response) =>
        new(webhook.Ticket, response.Status, response.Headers is { Count: > 0 } headers ? headers : null);
}

/// <summary>A word without anything to it: <c>ready</c> and <c>leaving</c>.</summary>
sealed record RelayWord;
