using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>
/// Two hundred sessions of one process lose their sockets while the engine is slow. Every attempt waited 5 s for its ack, closed its socket and
/// made another: work that nobody needed any more, behind which the next ack was late again. After half a minute 1 of 50 sessions was RUNNING.
/// </summary>
public class StormTests
{
    const int Sessions = 200;
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    [Theory]
    [InlineData(100, 0)]
    [InlineData(20, 0)]
    [InlineData(7, 0)]
    [InlineData(double.PositiveInfinity, 20)]
    [InlineData(double.PositiveInfinity, 100)]
    public void Reconnect_CrowdOnASlowEngine_OffersLittleMoreThanIsNeeded(double itemsPerSecond, int lateSeconds)
    {
        var virtualTime = new VirtualTime();
        var engine = new SlowEngine(virtualTime.Clock, Seeded(1));
        var server = MakeServer(virtualTime, engine);
        virtualTime.Run(() =>
        {
            for (var i = 0; i < Sessions; i++) _ = server.AttachAsync($"s{i}");
        });
        Assert.True(virtualTime.RunUntil(() => AttachedOf(server) == Sessions, Limit), "the first attach");

        (engine.Speed, engine.Delay) = (itemsPerSecond, TimeSpan.FromSeconds(lateSeconds));
        virtualTime.Run(engine.CutAll);
        var isDone = virtualTime.RunUntil(() => AttachedOf(server) == Sessions, Limit);

        var figures = $"{AttachedOf(server)} attached, {engine.Sockets.Count} connections, {engine.Negotiations} calls of negotiate, {engine.Busy} told to come later";
        Assert.True(isDone, figures);
        Assert.True(engine.Sockets.Count < Sessions * 1.2, figures);
        // An answer for all within a second, and not one for each that waits.
        Assert.True(engine.Negotiations - engine.Busy < Sessions * 2, figures);
    }

    static AppServer MakeServer(VirtualTime virtualTime, SlowEngine engine) => new(
        new AppServerOptions { LifecycleUrl = new Uri("http://lifecycle.test"), PackageName = "p", ApiKey = "k" },
        engine, loggers: null, virtualTime.Clock, Seeded(2), engine.Connect);

    static int AttachedOf(AppServer server) => server.Sessions.Count(session => session.State == SessionState.Attached);

    static Func<double> Seeded(int seed) => new Random(seed).NextDouble;
}
