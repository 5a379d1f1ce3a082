namespace Lifecycle.Tests.Moves;

/// <summary>Two installations on virtual time, the rules of both, and apps that obey <c>move</c> over a network with latencies.</summary>
sealed class MoveWorld(int seed)
{
    const double SweepMs = 3_600_000;

    readonly Random random = new(seed);
    readonly PriorityQueue<Action, DateTimeOffset> queue = new();
    readonly Dictionary<AppSessionId, App> apps = [];
    DateTimeOffset now = Walk.Start;

    /// <summary>What became of one app.</summary>
    public sealed class App(Place old, Place other)
    {
        public Place Old => old;

        public Place Other => other;

        public DateTimeOffset? LeftAt { get; set; }

        public DateTimeOffset? ArrivedAt { get; set; }

        public bool Resumed { get; set; }

        public TimeSpan Gap => LeftAt is { } left && ArrivedAt is { } arrived && left < arrived ? arrived - left : TimeSpan.Zero;
    }

    /// <summary>One session at one installation.</summary>
    public sealed class Place
    {
        public AppSession Session { get; set; } = AppSession.None;

        public int Calls { get; set; }
    }

    public IReadOnlyCollection<App> Apps => apps.Values;

    public IEnumerable<DateTimeOffset> Arrivals => Apps.Select(app => app.ArrivedAt!.Value);

    /// <summary>Sessions that are attached and subscribed at the old place.</summary>
    public void Begin(int count)
    {
        foreach (var n in Enumerable.Range(0, count))
        {
            var id = new AppSessionId($"s{n}", $"com.example.app{n % 10}");
            var app = apps[id] = new App(new Place(), new Place());
            app.Old.Session = Tell(id, app.Old, new StartRequested());
            app.Old.Session = Tell(id, app.Old, new Connected($"old{n}", $"i{n % 10}", NegotiatedAt: now));
            app.Old.Session = Tell(id, app.Old, new SubscriptionsReplaced($"old{n}", ["audio"], 0));
            app.Old.Session = Tell(id, app.Old, new MessagePosted("m1", "1", true));
            app.Old.Calls = 0; // the start's
        }
    }

    /// <summary>Carries all over, moves them within a window, and lets an hour pass.</summary>
    public void Move(int windowMs)
    {
        foreach (var (id, app) in apps)
        {
            Tell(id, app.Other, new CarriedOver(SessionCargo.Of(app.Old.Session, now)!, now.AddMinutes(10)));
        }

        now = now.AddSeconds(30);
        var plan = new MovePlan("m1", now) { WindowMs = windowMs, Url = "https://other.example" };
        foreach (var (id, app) in apps)
        {
            var (told, order) = (Latency(200), plan.OrderFor(id, app.Old.Session, now)!);
            At(told.AddMilliseconds(order.AfterMs), () => Arrive(id, app));
        }

        Run(now.AddMilliseconds(SweepMs));
    }

    // It negotiates, opens a socket, and its ack comes; then it says goodbye over the old one, and closes it.
    void Arrive(AppSessionId id, App app)
    {
        var token = app.Old.Session;
        var claim = new Connected($"new-{id}", token.InstanceId, true, now, token.AttachedEpoch, LastSeq: 1, TokenLife: token.CorrelationId);
        At(Latency(400), () =>
        {
            Tell(id, app.Other, claim);
            (app.ArrivedAt, app.Resumed) = (now, app.Other.Session.Attachment?.Resumed == true);
            At(Latency(200), () =>
            {
                var old = app.Old.Session.Attachment!.ConnectionId!;
                app.LeftAt = now;
                Tell(id, app.Old, new Released(old));
                At(Latency(300), () => Tell(id, app.Old, new Disconnected(old)));
            });
        });
    }

    AppSession Tell(AppSessionId id, Place place, SessionEvent @event)
    {
        var decision = Lifecycle.Rules.Decide(id, place.Session, @event, now, Policy.Default).Holding(place.Session, @event, now, Policy.Default);
        place.Session = decision.Session;
        place.Calls += decision.Effects.Count(effect => effect is AskGate or StartRun or SendStopWebhook);
        foreach (var timer in decision.Of<ArmTimer>())
        {
            At(timer.DueAt, () => Tell(id, place, timer.ToEvent()));
        }

        return place.Session;
    }

    DateTimeOffset Latency(double most) => now.AddMilliseconds(10 + (random.NextDouble() * most));

    void At(DateTimeOffset time, Action act) => queue.Enqueue(act, time);

    void Run(DateTimeOffset until)
    {
        while (queue.TryPeek(out _, out var at) && at <= until)
        {
            var act = queue.Dequeue();
            now = at > now ? at : now;
            act();
        }
    }
}
