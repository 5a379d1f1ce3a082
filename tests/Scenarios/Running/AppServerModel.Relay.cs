namespace Lifecycle.Scenarios;

/// <content>The connections of its processes over which webhooks are relayed: each keeps one, as the SDKs do.</content>
sealed partial class AppServerModel
{
    static readonly TimeSpan sayAgain = TimeSpan.FromMinutes(1);

    readonly Dictionary<int, RelayClient> relays = [];

    /// <summary>Notes a webhook that a process got over its connection, and answers it; null where webhooks come by the app's address.</summary>
    public Func<AppServerModel, WebhookCall, Func<WebhookReply>, Task<WebhookReply>>? Received { get; init; }

    /// <summary>Each process that has none opens its connection.</summary>
    public void OpenRelays()
    {
        foreach (var pod in pods.Where(pod => Received is not null && up && !paused.Contains(pod) && !relays.ContainsKey(pod)).ToList())
        {
            (relays[pod] = new RelayClient(this, pod)).OpenLater(model.AttachMs);
        }
    }

    /// <summary>The same, and waits until they are open.</summary>
    public Task OpenRelaysAsync()
    {
        OpenRelays();
        return Task.WhenAll(relays.Values.Select(relay => relay.Opened));
    }

    Task<IRelaySocket?> RelayAsync(string instance, IRelayEvents events) => world.RelayAsync(model.Package, instance, events);

    // Who comes is there before who leaves says so.
    async Task LeaveRelayAsync(int pod, int replacement)
    {
        OpenRelays();
        await (relays.GetValueOrDefault(replacement)?.Opened ?? Task.CompletedTask);
        await (relays.GetValueOrDefault(pod)?.LeavingAsync() ?? Task.CompletedTask);
    }

    void CloseRelay(int pod)
    {
        if (relays.Remove(pod, out var relay))
        {
            relay.Close();
        }
    }

    void CloseRelays() => relays.Keys.ToList().ForEach(CloseRelay);

    /// <summary>The connection of one process.</summary>
    sealed class RelayClient(AppServerModel app, int pod) : IRelayEvents
    {
        readonly string instance = app.InstanceOf(pod);
        readonly TaskCompletionSource opened = new();
        IRelaySocket? socket;
        bool isClosed;
        bool isLeaving;

        /// <summary>Completes when it was open for the first time.</summary>
        public Task Opened => opened.Task;

        public async void OpenLater(double[] rangeMs)
        {
            while (!isClosed && socket is null)
            {
                await Task.Delay(app.Between(rangeMs), app.WorldTime);
                var made = isClosed || app.blocked ? null : await app.RelayAsync(instance, this);
                if (isClosed)
                {
                    _ = made?.DropAsync();
                    return;
                }

                (socket, rangeMs) = (made, app.Model.ReconnectMs);
            }

            opened.TrySetResult();
            SayAgain();
        }

        async void SayAgain()
        {
            for (var on = socket; on is { IsOpen: true } && on == socket && !isLeaving;)
            {
                await Task.Delay(sayAgain, app.WorldTime);
                await (on is { IsOpen: true } && on == socket && !isLeaving ? on.ReadyAsync() : Task.CompletedTask);
            }
        }

        public Task LeavingAsync()
        {
            isLeaving = true;
            return socket?.LeavingAsync() ?? Task.CompletedTask;
        }

        /// <summary>The process is gone, and its connection with it.</summary>
        public void Close()
        {
            isClosed = true;
            _ = socket?.DropAsync();
        }

        public async Task<WebhookReply?> OnWebhook(WebhookCall call) =>
            isClosed || app.paused.Contains(pod) ? null : await app.Received!(app, call, () => app.AnswerAt(pod, call) with { RetryAfter = app.RetryAfter });

        public void OnClosed(IRelaySocket from)
        {
            if (from == socket && !isClosed)
            {
                socket = null;
                OpenLater(app.Model.ReconnectMs);
            }
        }
    }
}
