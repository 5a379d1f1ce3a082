namespace Lifecycle.Sdk.Tests.Support;

/// <summary>An app server on virtual time, with the session that it attaches to and what that one tells of.</summary>
sealed class VirtualApp
{
    readonly VirtualTime _time = new();

    public VirtualApp(int seed = 1, Action<AppServerOptions>? change = null)
    {
        Engine = new SlowEngine(_time.Clock, () => 0);
        var options = new AppServerOptions { LifecycleUrl = new Uri("http://lifecycle.test"), PackageName = "p", ApiKey = "k", InstanceId = "i-1" };
        change?.Invoke(options);
        Server = new AppServer(options, Engine, loggers: null, _time.Clock, new Random(seed).NextDouble, Engine.Connect);
        Server.ConfigureSessions(session =>
        {
            session.OnRefused(refusal =>
            {
                Refusals.Add(refusal);
                return Task.CompletedTask;
            });
            session.OnEnded(reason =>
            {
                Ends.Add(reason);
                return Task.CompletedTask;
            });
        });
    }

    public SlowEngine Engine { get; }
    public AppServer Server { get; }
    public List<RefusedAttempt> Refusals { get; } = [];
    public List<EndReason> Ends { get; } = [];
    public DateTimeOffset Now => _time.Clock.GetUtcNow();
    public AttachedSession Session => Server.Find("s1")!;
    public IEnumerable<string> Tries => Engine.Tries.Select(known => known.ToString());

    /// <summary>Begins, and waits for nothing.</summary>
    public void Begin() => _time.Run(() => _ = Server.AttachAsync("s1"));

    /// <summary>Attaches, and forgets how.</summary>
    public void Attach()
    {
        Begin();
        Assert.Equal(SessionState.Attached, Session.State);
        Engine.Tries.Clear();
    }

    public void Run(Action story) => _time.Run(story);

    public void RunFor(double seconds) => _time.RunUntil(() => false, TimeSpan.FromSeconds(seconds));

    public bool IsWithin(double seconds, Func<bool> holds) => _time.RunUntil(holds, TimeSpan.FromSeconds(seconds));
}
