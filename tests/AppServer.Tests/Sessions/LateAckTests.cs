using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Acks that come late or never, and attempts that hang.</summary>
public class LateAckTests
{
    readonly VirtualTime _time = new();
    readonly List<RefusedAttempt> _refusals = [];
    readonly SlowEngine _engine;

    public LateAckTests() => _engine = new SlowEngine(_time.Clock, () => 0);

    [Fact]
    public void Attach_AckBehindThePromise_KeepsItsSocketAndTellsEveryRound()
    {
        _engine.Delay = TimeSpan.FromSeconds(14);
        var session = Attach(MakeServer(), "s1");
        RunFor(15);
        Assert.Equal(SessionState.Attached, session.State);
        Assert.Single(_engine.Sockets);
        // 5 s, then the 13 s that a pulse of 5 s makes.
        Assert.Equal([(RefusalCode.AckLate, 13.0)], _refusals.Select(refusal => (refusal.Code, Math.Round(refusal.RetryIn.TotalSeconds))));
    }

    [Fact]
    public void Attach_AckThatNeverComesThoughTheEngineKeepsUp_IsTriedAnewWithMorePatience()
    {
        (_engine.Delay, _engine.Believes) = (TimeSpan.FromDays(1), TimeSpan.Zero);
        Attach(MakeServer(), "s1");
        RunFor(30);
        Assert.Equal([RefusalCode.AckLate, RefusalCode.NoAck, RefusalCode.AckLate, RefusalCode.NoAck], _refusals.Select(refusal => refusal.Code));
        Assert.Equal([5.0, 7.5], _refusals.Where(refusal => refusal.Code == RefusalCode.AckLate).Select(refusal => refusal.RetryIn.TotalSeconds));
    }

    [Fact]
    public void Attach_ServerThatPromisesNothing_GivesUpAfterTheAckTimeout()
    {
        (_engine.Delay, _engine.Promises) = (TimeSpan.FromSeconds(7), false);
        var session = Attach(MakeServer(), "s1");
        RunFor(5.5);
        Assert.Equal([RefusalCode.NoAck], _refusals.Select(refusal => refusal.Code));
        Assert.Equal(1, _engine.Negotiations);
        // The second attempt waits 7.5 s.
        RunFor(8);
        Assert.Equal((SessionState.Attached, 2), (session.State, _engine.Sockets.Count));
    }

    [Fact]
    public void Attach_SocketLostWhileItsAckIsLate_IsALossLikeAny()
    {
        _engine.Delay = TimeSpan.FromSeconds(14);
        Attach(MakeServer(), "s1");
        RunFor(6);
        _time.Run(_engine.Sockets[0].Lose);
        Assert.Equal([RefusalCode.AckLate, RefusalCode.Closed], _refusals.Select(refusal => refusal.Code));
    }

    // One attempt that waited held the only turn, and nobody else came in.
    [Fact]
    public void Attach_AnotherWaitsLate_GetsItsTurn()
    {
        _engine.Delay = TimeSpan.FromSeconds(20);
        var server = MakeServer(options => options.MaxAttemptsAtOnce = 1);
        var (first, second) = (Attach(server, "s1"), Attach(server, "s2"));
        RunFor(4);
        Assert.Single(_engine.Sockets);
        RunFor(2);
        Assert.Equal((SessionState.Attaching, 2), (first.State, _engine.Sockets.Count));
        RunFor(30);
        Assert.Equal((SessionState.Attached, SessionState.Attached, 2), (first.State, second.State, _engine.Sockets.Count));
    }

    [Fact]
    public void Attach_EngineBusy_ComesBackWhenRetryAfterIsOver()
    {
        _engine.Believes = TimeSpan.FromMinutes(2);
        var session = Attach(MakeServer(), "s1");
        RunFor(29);
        Assert.Equal((RefusalCode.EngineBusy, 30.0), _refusals.Select(refusal => (refusal.Code, refusal.RetryIn.TotalSeconds)).Single());
        _engine.Believes = TimeSpan.Zero;
        RunFor(2);
        Assert.Equal((SessionState.Attached, 2), (session.State, _engine.Negotiations));
    }

    [Fact]
    public void Attach_StartThatHangs_IsRefusedWithTimeoutAndGivesItsTurnBack()
    {
        _engine.Hangs = 1;
        var server = MakeServer(options => options.MaxAttemptsAtOnce = 1);
        var (first, second) = (Attach(server, "s1"), Attach(server, "s2"));
        RunFor(12);
        Assert.Equal([RefusalCode.Timeout], _refusals.Select(refusal => refusal.Code));
        Assert.Equal((SessionState.Attached, SessionState.Attached), (first.State, second.State));
    }

    // Lifecycle asked for the session, and the attempt that nobody answered was left to its end.
    [Fact]
    public void Begin_AttemptHangs_CutsItAndMakesAnotherAtOnce()
    {
        _engine.Hangs = 1;
        var server = MakeServer();
        var session = Attach(server, "s1");
        RunFor(1);
        _time.Run(() => server.Begin("s1"));
        RunFor(1);
        Assert.Empty(_refusals); // not one that is merely slow
        RunFor(1);
        _time.Run(() => server.Begin("s1"));
        RunFor(0.2);
        Assert.Equal((SessionState.Attached, RefusalCode.Timeout), (session.State, _refusals.Single().Code));
    }

    AppServer MakeServer(Action<AppServerOptions>? change = null)
    {
        var options = new AppServerOptions { LifecycleUrl = new Uri("http://lifecycle.test"), PackageName = "p", ApiKey = "k" };
        change?.Invoke(options);
        var server = new AppServer(options, _engine, loggers: null, _time.Clock, () => 0, _engine.Connect);
        server.ConfigureSessions(session => session.OnRefused(refusal =>
        {
            _refusals.Add(refusal);
            return Task.CompletedTask;
        }));
        return server;
    }

    AttachedSession Attach(AppServer server, string sessionId)
    {
        _time.Run(() => _ = server.AttachAsync(sessionId));
        return server.Find(sessionId)!;
    }

    void RunFor(double seconds) => _time.RunUntil(() => false, TimeSpan.FromSeconds(seconds));
}
