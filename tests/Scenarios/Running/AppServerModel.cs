using System.Collections.Immutable;

namespace Lifecycle.Scenarios;

/// <summary>
/// The server of one app: a process with an instance id, its sockets, and what it remembers of its sessions. It behaves as the SDK
/// does, and is the same in every world.
/// </summary>
sealed class AppServerModel(AppModel model, IWorld world, Random random)
{
    const int AckRounds = 3;

    readonly Dictionary<(AppSessionId Id, int Pod), SessionClient> clients = [];
    readonly Dictionary<AppSessionId, string> holders = [];
    readonly HashSet<int> paused = [];
    int processes = 1;
    int taken;
    bool up = true;
    bool blocked;
    DateTimeOffset? reachableFrom;

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

    string InstanceOf(int pod) => model.Pods == 1 ? $"{model.Package}-{processes}" : $"{model.Package}-{processes}-{pod}";

    /// <summary>The time of every negotiate, in order.</summary>
    public List<DateTimeOffset> Negotiates { get; } = [];

    /// <summary>From the first disturbance on: webhooks are delivered at least once, and the second delivery of a start may reach another process.</summary>
    public bool WatchesMoves { get; set; }

    /// <summary>Sessions that were begun anew in another process while the one that held them lived.</summary>
    public int Moved { get; private set; }

    /// <summary>Whether the process that attached last lives.</summary>
    public bool HolderLives(AppSessionId id) =>
        up && holders.TryGetValue(id, out var holder) && Enumerable.Range(0, model.Pods).Any(pod => InstanceOf(pod) == holder);

    /// <summary>Sockets can be opened from then on: recoveries count from there.</summary>
    public void ReachableFrom(DateTimeOffset at) => reachableFrom = at;

    /// <summary>Lets sockets through, or not.</summary>
    public void Block(bool block) => blocked = block;

    /// <summary>Its sockets close, and it does not notice.</summary>
    public async Task PauseAsync(int pod, TimeSpan duration)
    {
        paused.Add(pod);
        var its = clients.Where(client => client.Key.Pod == pod).Select(client => client.Value).ToList();
        foreach (var client in its)
        {
            await client.DropAsync();
        }

        await Task.Delay(duration, world.Time);
        paused.Remove(pod);
        its.ForEach(client => client.WakeUp());
    }

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
        paused.Clear();
        foreach (var client in clients.Values.Take(comesBackFor))
        {
            client.AttachLater(model.ReconnectMs);
        }
    }

    /// <summary>Answers a webhook.</summary>
    public WebhookReply Answer(WebhookCall call)
    {
        var pod = taken++ % model.Pods;
        if (!up)
        {
            return new(StatusWhileDown);
        }

        if (Status != 0 || paused.Contains(pod))
        {
            return new(Status);
        }

        if (call.Type == "stop_request")
        {
            return new(202);
        }

        var client = ClientOf(call.Id, pod);
        var holds = call.Type == "resurrection_request" && client.HasState;
        client.AttachLater(model.AttachMs);
        return new(202, holds ? InstanceOf(pod) : null);
    }

    SessionClient ClientOf(AppSessionId id, int pod)
    {
        if (!clients.TryGetValue((id, pod), out var client))
        {
            clients[(id, pod)] = client = new SessionClient(this, id, pod);
        }

        return client;
    }

    void Held(AppSessionId id, string instance)
    {
        Moved += WatchesMoves && holders.TryGetValue(id, out var before) && before != instance && HolderLives(id) ? 1 : 0;
        holders[id] = instance;
    }

    /// <summary>One session of the app, as its process sees it.</summary>
    public sealed class SessionClient(AppServerModel app, AppSessionId id, int pod) : IAppSocketEvents
    {
        int tries;
        bool refused;
        string? closedFor;
        bool wasClosed;
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
            (tries, refused, wasClosed) = (0, false, false);
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
            var wait = app.Between(rangeMs);
            do
            {
                await Task.Delay(wait, app.WorldTime);
                if (!app.up || process != app.processes)
                {
                    return; // another process now
                }

                wait = await TryAsync(rangeMs);
            }
            while (socket is null);
            attaching = false;
            ExpectAck(socket);
        }

        // As the SDKs do: they count their tries, and come back in the slot that they are told, give or take a second.
        async Task<TimeSpan> TryAsync(double[] rangeMs)
        {
            var shown = token;
            (Attempts, tries) = (Attempts + 1, tries + 1);
            var outcome = await app.AttachAsync(id, Saying, this);
            socket = outcome.Socket;
            refused |= outcome.ConnectRefused;
            token = socket is null && !outcome.ConnectRefused && outcome.RetryAfter is null && shown == token ? null : token; // perhaps because of it
            return outcome.RetryAfter is { } later ? later + app.Between([0, 1_000]) : app.Between(rangeMs);
        }

        AttachAs Saying => new(
            app.InstanceOf(pod), hasState ? true : null, token, hasState ? last : null, Math.Max(1, tries), refused, app.blocked);

        bool IsPaused => app.paused.Contains(pod);

        /// <summary>What happened meanwhile is noticed now.</summary>
        public void WakeUp()
        {
            if (wasClosed)
            {
                wasClosed = false;
                OnClosed(socket!, closedFor);
            }
        }

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
            (tries, refused) = (0, false);
            if (!app.up || process != app.processes)
            {
                return;
            }

            if (lostAt is { } lost)
            {
                var since = lost > app.UpSince ? lost : app.UpSince;
                since = app.reachableFrom > since ? app.reachableFrom.Value : since;
                (Recovery, lostAt) = (app.WorldNow - since, null);
            }

            if (ack.InitWanted)
            {
                _ = from.InitAsync(app.InstanceOf(pod));
                return;
            }

            app.Held(id, app.InstanceOf(pod));
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

            if (IsPaused)
            {
                (wasClosed, closedFor) = (true, reason);
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

    Task<AttachOutcome> AttachAsync(AppSessionId id, AttachAs @as, IAppSocketEvents events)
    {
        Negotiates.Add(world.Time.GetUtcNow());
        return world.AttachAsync(id, @as, events);
    }
}
