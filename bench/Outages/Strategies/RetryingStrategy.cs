using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Outages.Strategies;

/// <summary>Timers in memory and retries for every session by itself: nothing is known of the app as a whole.</summary>
sealed class RetryingStrategy(RetryPlan plan, TimeProvider time) : IStrategy
{
    readonly Dictionary<AppSessionId, Session> sessions = [];
    bool accepting = true;
    TaskCompletionSource? away;

    public Func<AppWebhook, Task<WebhookReply>> Webhooks { get; set; } = _ => Task.FromResult(new WebhookReply(0));

    public Task RegisterAsync(string package) => Task.CompletedTask;

    public async Task StartAsync(AppSessionId id, bool foreground)
    {
        await HereAsync();
        var session = SessionOf(id);
        if (!session.IsAttached && session.RunEpoch != session.Epoch)
        {
            await RunAsync(id, session, resurrection: false);
        }
    }

    // It never refuses an app that comes by itself, not even after it has given up: the kindest reading.
    public Task<StrategyOutcome> AttachAsync(AppSessionId id, StrategyAttempt attempt, IStrategyClient client)
    {
        if (away is not null)
        {
            return Task.FromResult(new StrategyOutcome(null)); // nobody answers
        }

        if (!accepting || attempt.IsBlocked)
        {
            return Task.FromResult(new StrategyOutcome(null, ConnectRefused: true));
        }

        var session = SessionOf(id);
        var socket = new Socket(this, id, client);
        (session.Socket, session.GivenUpAt) = (socket, null);
        session.Epoch++;
        client.OnAttached();
        return Task.FromResult(new StrategyOutcome(socket));
    }

    public void AcceptConnections(bool accept) => accepting = accept;

    // It stands still and loses nothing, the kindest reading of timers in memory.
    public async Task BeAwayAsync(TimeSpan duration)
    {
        away = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Waits.Async(duration, time);
        away.SetResult();
        away = null;
    }

    Task HereAsync() => away?.Task ?? Task.CompletedTask;

    async Task WaitAsync(TimeSpan wait)
    {
        await Waits.Async(wait, time);
        await HereAsync();
    }

    public Task<DateTimeOffset?> GivenUpAtAsync(AppSessionId id) => Task.FromResult(SessionOf(id).GivenUpAt);

    async Task LostAsync(AppSessionId id, Session session)
    {
        var epoch = ++session.Epoch;
        await HereAsync();
        await WaitAsync(plan.Grace);
        if (session.Epoch == epoch)
        {
            await RunAsync(id, session, resurrection: true);
        }
    }

    async Task RunAsync(AppSessionId id, Session session, bool resurrection)
    {
        (session.RunEpoch, session.GivenUpAt) = (session.Epoch, null);
        if (await TryAsync(id, session, resurrection))
        {
            (session.RunEpoch, session.GivenUpAt) = (null, time.GetUtcNow());
        }
    }

    // True when it gives up, false when something else happened to the session.
    async Task<bool> TryAsync(AppSessionId id, Session session, bool resurrection)
    {
        var epoch = session.Epoch;
        var begun = time.GetUtcNow();
        var run = $"r{epoch}-{begun.ToUnixTimeMilliseconds():x}";
        TimeSpan? wait = resurrection ? plan.First(id, run) : TimeSpan.Zero;
        var previous = TimeSpan.Zero;
        for (var attempt = 1; wait is { } delay; attempt++)
        {
            await WaitAsync(delay);
            if (session.Epoch != epoch)
            {
                return false;
            }

            var result = await SendAsync(id, session, epoch, resurrection);
            if (session.Epoch != epoch)
            {
                return false;
            }

            wait = plan.Next(id, run, attempt, previous, time.GetUtcNow() - begun, result);
            previous = wait ?? previous;
        }

        return true;
    }

    async Task<WebhookResult> SendAsync(AppSessionId id, Session session, int epoch, bool resurrection)
    {
        var status = (await Webhooks(new AppWebhook(id, resurrection))).Status;
        await HereAsync();
        var result = status == 0 ? WebhookResult.FromFailure(WebhookFailure.Refused) : WebhookResult.FromStatus(status);
        if (result.Verdict == WebhookVerdict.Accepted && session.Epoch == epoch)
        {
            await WaitAsync(plan.AttachWithin);
        }

        return result;
    }

    Session SessionOf(AppSessionId id)
    {
        if (!sessions.TryGetValue(id, out var session))
        {
            sessions[id] = session = new Session();
        }

        return session;
    }

    sealed class Session
    {
        /// <summary>Grows with every attach and loss, so that what waits for the session sees that something happened.</summary>
        public int Epoch { get; set; }

        public Socket? Socket { get; set; }

        public bool IsAttached => Socket is not null;

        /// <summary>The epoch in which the last run began; null when that run gave up.</summary>
        public int? RunEpoch { get; set; }

        public DateTimeOffset? GivenUpAt { get; set; }
    }

    sealed class Socket(RetryingStrategy strategy, AppSessionId id, IStrategyClient client) : IStrategySocket
    {
        public Task DropAsync()
        {
            var session = strategy.SessionOf(id);
            if (session.Socket == this)
            {
                session.Socket = null;
                _ = strategy.LostAsync(id, session);
                client.OnClosed();
            }

            return Task.CompletedTask;
        }
    }
}
