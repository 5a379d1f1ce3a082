namespace Lifecycle.Tests.Rules;

/// <summary>A session whose app attaches and is lost again and again, each time as another process.</summary>
sealed class CrashLoopWalk(Policy? policy = null)
{
    int processes;

    public Policy Policy { get; } = policy ?? Policy.Default;

    public AppSession Session { get; private set; } = AppSession.None.On(new StartRequested());

    /// <summary>In milliseconds since <see cref="Walk.Start"/>.</summary>
    public double At { get; private set; }

    public DateTimeOffset Now => Walk.Start.AddMilliseconds(At);

    /// <summary>After so many lives, each of which ended a grace window ago.</summary>
    public static CrashLoopWalk Lost(int times, double livedMs = 300, Policy? policy = null)
    {
        var walk = new CrashLoopWalk(policy);
        for (var n = 0; n < times; n++)
        {
            walk.Attach();
            walk.Lose(livedMs);
            walk.Expire();
        }

        return walk;
    }

    public Decision Decide(SessionEvent @event, double afterMs = 0)
    {
        At += afterMs;
        var decision = Session.Decide(@event, At, Policy);
        Session = decision.Session;
        return decision;
    }

    /// <summary>Another process attaches a second later.</summary>
    public Decision Attach(double afterMs = 1_000)
    {
        processes++;
        return Decide(new Connected($"c{processes}", $"i{processes}", NegotiatedAt: Now.AddMilliseconds(afterMs)), afterMs);
    }

    /// <summary>The same process attaches again.</summary>
    public Decision Reconnect(double afterMs, string connection) =>
        Decide(new Connected(connection, $"i{processes}", true, Now.AddMilliseconds(afterMs), Session.AttachedEpoch), afterMs);

    public Decision Lose(double afterMs) => Decide(new Disconnected(Session.Attachment!.ConnectionId!), afterMs);

    /// <summary>The grace window runs out.</summary>
    public Decision Expire(ServiceSight? sight = null) => Decide(new TimerFired(TimerKind.Grace, Session.Epoch) { Sight = sight }, Policy.ReconnectGraceMs);

    public static IEnumerable<AppEvent> Told(Decision decision) => decision.Of<TellApp>().Select(tell => tell.Event);
}
