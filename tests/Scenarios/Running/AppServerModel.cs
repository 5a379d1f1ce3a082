using System.Collections.Immutable;

namespace Lifecycle.Scenarios;

/// <summary>
/// The server of one app: a process with an instance id, its sockets, and what it remembers of its sessions. It behaves as the SDK
/// does, and is the same in every world.
/// </summary>
sealed partial class AppServerModel(AppModel model, IWorld world, Random random)
{
    const int AckRounds = 3;

    readonly Dictionary<(AppSessionId Id, int Pod), SessionClient> clients = [];
    readonly Dictionary<AppSessionId, string> holders = [];
    readonly Dictionary<AppSessionId, Talk> talks = [];
    readonly HashSet<int> paused = [];
    int processes = 1;
    int taken;
    bool up = true;
    bool blocked;
    TimeSpan? exitsAfter;
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

    /// <summary>What its health URL answers; null when it has none.</summary>
    public int? HealthStatus => !model.Health ? null : !up ? StatusWhileDown : Status != 0 ? Status : 200;

    /// <summary>When the current process came up, or was mended.</summary>
    public DateTimeOffset UpSince { get; private set; } = world.Time.GetUtcNow();

    public IEnumerable<AppSessionId> Sessions => Enumerable.Range(1, model.Sessions).Select(n => new AppSessionId($"s{n:0000}", model.Package));

    public IReadOnlyCollection<SessionClient> Clients => clients.Values;

    string InstanceOf(int pod) => model.Pods == 1 && pod == 0 ? $"{model.Package}-{processes}" : $"{model.Package}-{processes}-{pod}";

    /// <summary>The time of every negotiate, in order.</summary>
    public List<DateTimeOffset> Negotiates { get; } = [];

    /// <summary>From the first disturbance on: webhooks are delivered at least once, and the second delivery of a start may reach another process.</summary>
    public bool WatchesMoves { get; set; }

    /// <summary>Sessions that were begun anew in another process while the one that held them lived.</summary>
    public int Moved { get; private set; }

    /// <summary>Whether the process that attached last lives.</summary>
    public bool HolderLives(AppSessionId id) =>
        up && holders.TryGetValue(id, out var holder) && pods.Any(pod => (clients.GetValueOrDefault((id, pod))?.Instance ?? InstanceOf(pod)) == holder);

    /// <summary>Sockets can be opened from then on: recoveries count from there.</summary>
    public void ReachableFrom(DateTimeOffset at) => reachableFrom = at;

    /// <summary>From now on each session has a process of its own, which exits so long after each attach.</summary>
    public void Break(TimeSpan after) => exitsAfter = after;

    /// <summary>What attaches from now on stays.</summary>
    public void Mend() => (exitsAfter, UpSince) = (null, world.Time.GetUtcNow());

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

        CloseRelay(pod);
        await Task.Delay(duration, world.Time);
        paused.Remove(pod);
        OpenRelays();
        its.ForEach(client => client.WakeUp());
    }

    public bool IsForeground(AppSessionId id) => Sessions.TakeLast(model.ForegroundSessions).Contains(id);

    public void AnswerWith(int status, string? retryAfter) => (Status, RetryAfter) = (status, retryAfter);

    public void Kill(int statusWhileDown, string? retryAfter)
    {
        (up, StatusWhileDown, RetryAfter) = (false, statusWhileDown, retryAfter);
        CloseRelays();
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
        OpenRelays();
        foreach (var client in clients.Values.Take(comesBackFor))
        {
            client.AttachLater(model.ReconnectMs);
        }
    }

    /// <summary>Answers a webhook that comes by the app's address.</summary>
    public WebhookReply Answer(WebhookCall call) => AnswerAt(NextPod(), call);

    WebhookReply AnswerAt(int pod, WebhookCall call)
    {
        if (!up)
        {
            return new(StatusWhileDown);
        }

        if (Status != 0 || paused.Contains(pod))
        {
            return new(Status);
        }

        if (leaving.Contains(pod))
        {
            return new(503, Leaving: InstanceOf(pod));
        }

        if (call.Type == "stop_request")
        {
            return new(202);
        }

        var client = ClientOf(call.Id, pod);
        var holds = call.Type == "resurrection_request" && client.HasState;
        client.TakeOverBy(call.TakeOver);
        client.AttachLater(model.AttachMs);
        return new(202, holds ? client.Instance : null);
    }

    SessionClient ClientOf(AppSessionId id, int pod)
    {
        if (!clients.TryGetValue((id, pod), out var client))
        {
            clients[(id, pod)] = client = new SessionClient(this, id, pod, TalkOf(id));
        }

        return client;
    }

    /// <summary>What is posted to a session is handled by whichever process has it.</summary>
    public Talk TalkOf(AppSessionId id) => talks.TryGetValue(id, out var talk) ? talk : talks[id] = new Talk();

    void Left(AppSessionId id, string instance) => _ = holders.GetValueOrDefault(id) == instance && holders.Remove(id);

    void Held(AppSessionId id, string instance)
    {
        Moved += WatchesMoves && holders.TryGetValue(id, out var before) && before != instance && HolderLives(id) ? 1 : 0;
        holders[id] = instance;
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
