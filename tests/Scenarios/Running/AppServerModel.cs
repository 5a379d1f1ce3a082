using System.Collections.Immutable;

namespace Lifecycle.Scenarios;

/// <summary>
/// The server of one app: a process with an instance id, its sockets, and what it remembers of its sessions. It behaves as the SDK
/// does, and is the same in every world.
/// </summary>
sealed class AppServerModel(AppModel model, IWorld world, Random random)
{
    const int AckRounds = 3;

    readonly Dictionary<AppSessionId, SessionClient> clients = [];
    int processes = 1;
    bool up = true;

    public AppModel Model => model;

    /// <summary>What the webhook answers instead of its ordinary 202; 0 for that.</summary>
    public int Status { get; private set; }

    /// <summary>What an ingress answers while the process is down; 0 when nothing listens there.</summary>
    public int StatusWhileDown { get; private set; }

    /// <summary>The <c>Retry-After</c> of an answer other than the ordinary one; null for none.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary>Whether nobody is there who could serve a session.</summary>
    public bool IsDown => !up || Status != 0;

    /// <summary>When the current process came up.</summary>
    public DateTimeOffset UpSince { get; private set; } = world.Time.GetUtcNow();

    public IEnumerable<AppSessionId> Sessions => Enumerable.Range(1, model.Sessions).Select(n => new AppSessionId($"s{n:0000}", model.Package));

    public IReadOnlyCollection<SessionClient> Clients => clients.Values;

    string InstanceId => $"{model.Package}-{processes}";

    public bool IsForeground(AppSessionId id) => Sessions.TakeLast(model.ForegroundSessions).Contains(id);

    public void AnswerWith(int status, string? retryAfter) => (Status, RetryAfter) = (status, retryAfter);

    public void Kill(int statusWhileDown, string? retryAfter)
    {
        (up, StatusWhileDown, RetryAfter) = (false, statusWhileDown, retryAfter);
        foreach (var client in clients.Values)
        {
            client.Forget();
        }
    }

    /// <summary>A new process is up. As many sessions as it comes back for attach by themselves.</summary>
    public void Boot(int comesBackFor)
    {
        (up, processes, UpSince, RetryAfter) = (true, processes + 1, world.Time.GetUtcNow(), null);
        foreach (var client in clients.Values.Take(comesBackFor))
        {
            client.AttachLater(model.ReconnectMs);
        }
    }

    /// <summary>Answers a webhook.</summary>
    public int Answer(WebhookCall call)
    {
        if (!up)
        {
            return StatusWhileDown;
        }

        if (Status != 0)
        {
            return Status;
        }

        if (call.Type != "stop_request")
        {
            ClientOf(call.Id).AttachLater(model.AttachMs);
        }

        return 202;
    }

    /// <summary>Whether the process has this session.</summary>
    public bool HasState(AppSessionId id) => clients.TryGetValue(id, out var client) && client.HasState;

    public SessionClient ClientOf(AppSessionId id)
    {
        if (!clients.TryGetValue(id, out var client))
        {
            clients[id] = client = new SessionClient(this, id);
        }

        return client;
    }

    /// <summary>One session of the app, as its process sees it.</summary>
    public sealed class SessionClient(AppServerModel app, AppSessionId id) : IAppSocketEvents
    {
        IAppSocket? socket;
        bool hasState;
        bool attaching;
        int process;
        string? token;
        long last;
        int resumes;
        IAppSocket? greetedOn;

        /// <summary>From the last loss (or the app being up again) to the attach after it, if there was one.</summary>
        public TimeSpan? Recovery { get; private set; }

        DateTimeOffset? lostAt;

        /// <summary>What the app believes to be subscribed to.</summary>
        public ImmutableArray<string> Subscriptions { get; private set; } = [];

        public AppSessionId Id => id;

        /// <summary>Whether this process has the session.</summary>
        public bool HasState => hasState;

        /// <summary>Whether the app has been greeted on a socket that it believes to be open.</summary>
        public bool IsAttached { get; private set; }

        /// <summary>What it was told and what came.</summary>
        public Talk Talk { get; } = new();

        /// <summary>How often it has tried to attach.</summary>
        public int Attempts { get; private set; }

        public Task DropAsync() => socket?.DropAsync() ?? Task.CompletedTask;

        public Task ReleaseAsync() => socket?.ReleaseAsync() ?? Task.CompletedTask;

        /// <summary>The process is gone: its socket with it, and what it knew.</summary>
        public void Forget()
        {
            (hasState, attaching, Subscriptions, token, last, IsAttached) = (false, false, [], null, 0, false);
            var closing = socket;
            (socket, lostAt) = (null, app.WorldNow);
            _ = closing?.DropAsync();
        }

        public async void AttachLater(double[] rangeMs)
        {
            if (attaching || socket is { IsOpen: true })
            {
                return;
            }

            (attaching, process) = (true, app.processes);
            do
            {
                await Task.Delay(app.Between(rangeMs), app.WorldTime);
                if (!app.up || process != app.processes)
                {
                    return; // another process now
                }

                var shown = token;
                Attempts++;
                socket = await app.AttachAsync(id, Saying, this);
                token = socket is null && shown == token ? null : token; // refused, perhaps because of it
            }
            while (socket is null);
            attaching = false;
            ExpectAck(socket);
        }

        AttachAs Saying => new(app.InstanceId, hasState ? true : null, token, hasState ? last : null);

        // A socket is kept for as long as negotiate says that the engine is busy: another attempt would only make it busier.
        async void ExpectAck(IAppSocket on)
        {
            TimeSpan? within = on.AckWithin;
            for (var round = 0; round < AckRounds && within is { } wait; round++)
            {
                await Task.Delay(wait, app.WorldTime);
                if (greetedOn == on || socket != on)
                {
                    return;
                }

                within = await app.ExpectAsync(id, Saying);
            }

            await on.DropAsync();
        }

        public void OnAck(IAppSocket from, AckSeen ack)
        {
            greetedOn = from;
            if (!app.up || process != app.processes)
            {
                return;
            }

            if (lostAt is { } lost)
            {
                var since = lost > app.UpSince ? lost : app.UpSince;
                (Recovery, lostAt) = (app.WorldNow - since, null);
            }

            if (ack.InitWanted)
            {
                _ = from.InitAsync(app.InstanceId);
                return;
            }

            (hasState, token, IsAttached) = (true, ack.Token, true);
            last = ack.Resumed ? Math.Max(last, ack.Seq) : ack.Seq;
            Subscriptions = ack.Subscriptions;
            _ = app.AttachedAsync(this);
            if (WantedAfter(ack) is { } wanted)
            {
                _ = from.SetSubscriptionsAsync(wanted, ack.Version);
            }
        }

        string[]? WantedAfter(AckSeen ack)
        {
            if (ack.Resumed && app.Model.AfterReconnect is { Length: > 0 } sets)
            {
                return sets[resumes++ % sets.Length];
            }

            return app.Model.Subscribe.Length > 0 && ack.Subscriptions.IsEmpty ? app.Model.Subscribe : null;
        }

        public void OnMessage(IAppSocket from, long seq, string body)
        {
            if (app.up && process == app.processes && seq > last)
            {
                last = seq;
                Talk.Handled.Add(body);
            }
        }

        public void OnPublished(IAppSocket from, string stream, int number)
        {
            if (app.up)
            {
                Talk.Heard.Add((stream, number));
            }
        }

        public void OnSubscriptions(IAppSocket from, bool accepted, ImmutableArray<string> streams, int version) => Subscriptions = streams;

        public void OnClosed(IAppSocket from, string? reason)
        {
            if (from != socket || !app.up)
            {
                return;
            }

            (socket, lostAt, IsAttached) = (null, lostAt ?? app.WorldNow, false);
            token = reason?.EndsWith(Reasons.StaleToken, StringComparison.Ordinal) == true ? null : token;
            if (reason is not (Reasons.NotStarted or Reasons.Superseded or Reasons.Stopped))
            {
                AttachLater(app.Model.ReconnectMs);
            }
        }
    }

    TimeProvider WorldTime => world.Time;

    DateTimeOffset WorldNow => world.Time.GetUtcNow();

    TimeSpan Between(double[] range) => TimeSpan.FromMilliseconds(range[0] + (random.NextDouble() * (range[1] - range[0])));

    /// <summary>Called after every ack.</summary>
    public Func<SessionClient, Task> AttachedAsync { get; set; } = _ => Task.CompletedTask;

    Task<TimeSpan?> ExpectAsync(AppSessionId id, AttachAs @as) => world.ExpectAsync(id, @as);

    Task<IAppSocket?> AttachAsync(AppSessionId id, AttachAs @as, IAppSocketEvents events) => world.AttachAsync(id, @as, events);
}
