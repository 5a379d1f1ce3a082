using System.Text.Json;
using Lifecycle.Functions.Webhooks;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Scenarios;

/// <summary>Webhooks that are relayed: connections of processes on the hub of their own, and what the log says came of each.</summary>
sealed partial class EmbeddedWorld
{
    public bool Relays { get; set; }

    public Action<WebhookCall, string> Relayed { get; set; } = (_, _) => { };

    public async Task<IRelaySocket?> RelayAsync(string package, string instance, IRelayEvents events)
    {
        if (http is null)
        {
            return null;
        }

        using var answer = await SendAsync(HttpMethod.Post, "/api/relay/negotiate", new { packageName = package, instanceId = instance });
        if (!answer.IsSuccessStatusCode)
        {
            return null;
        }

        var negotiated = await ReadJsonAsync(answer);
        var socket = new RelaySocket(new VirtualClient(service), events);
        return await socket.OpenAsync(negotiated.GetProperty("url").GetString()!, negotiated.GetProperty("accessToken").GetString()!) ? socket : null;
    }

    /// <summary>A process's connection, without a socket.</summary>
    sealed class RelaySocket : IRelaySocket
    {
        readonly VirtualClient client;
        readonly IRelayEvents events;

        public RelaySocket(VirtualClient client, IRelayEvents events)
        {
            (this.client, this.events) = (client, events);
            client.Invoked += (_, arguments) => Answer(arguments[0]);
            client.Closed += _ => events.OnClosed(this);
        }

        public bool IsOpen => client.IsConnected;

        public async Task<bool> OpenAsync(string url, string accessToken)
        {
            try
            {
                await client.ConnectAsync(url, accessToken);
                return await CallAsync("ready");
            }
            catch (Exception e) when (e is ClientRefusedException or Microsoft.AspNetCore.SignalR.HubException or IOException)
            {
                client.Drop();
                return false;
            }
        }

        public Task ReadyAsync() => SayAsync("ready");

        public Task LeavingAsync() => SayAsync("leaving");

        Task SayAsync(string word)
        {
            if (IsOpen)
            {
                client.Send(word, new { });
            }

            return Task.CompletedTask;
        }

        public Task DropAsync()
        {
            client.Drop();
            return Task.CompletedTask;
        }

        async Task<bool> CallAsync(string method) => (await client.InvokeAsync(method, new { }))?.GetProperty("ok").GetBoolean() == true;

        async void Answer(JsonElement webhook)
        {
            var body = JsonSerializer.Deserialize<JsonElement>(webhook.GetProperty("body").GetString()!);
            var reply = await events.OnWebhook(CallOf(body, webhook.GetProperty("headers").GetProperty("webhook-id").GetString()!));
            if (reply is not null && IsOpen)
            {
                var headers = new Dictionary<string, string?> { [WebhookSender.HeldByHeader] = reply.HeldBy, [WebhookSender.LeavingHeader] = reply.Leaving, ["Retry-After"] = reply.RetryAfter };
                client.Send("answer", new { ticket = webhook.GetProperty("ticket").GetString(), status = reply.Status, headers = headers.Where(header => header.Value is not null).ToDictionary() });
            }
        }
    }

    /// <summary>Hears what came of each webhook to an app.</summary>
    sealed class WebhookLog(EmbeddedWorld world) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is not IReadOnlyList<KeyValuePair<string, object?>> values || !values.Any(value => value.Key == "Outcome"))
            {
                return;
            }

            var said = values.ToDictionary(value => value.Key, value => value.Value);
            if (AppSessionId.TryParse($"{said["About"]}", out var id))
            {
                // Which run it was of is not said; whoever it reached has been told.
                world.Relayed(new WebhookCall($"{said["Type"]}", id, $"{said["WebhookId"]}", "", (int)said["Attempt"]!), OutcomeOf($"{said["Outcome"]}"));
            }
        }

        public void Dispose()
        {
        }

        // As the instruments name it.
        static string OutcomeOf(string detail) => Entities.LifecycleInstruments.Webhooks.Tags[1].Values.Contains(detail) || !detail.StartsWith("http_", StringComparison.Ordinal)
            ? detail
            : $"{detail[..6]}xx";
    }
}
