using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Settings;
using Lifecycle.Functions.Tests.Telemetry;
using Lifecycle.Local.Durable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.Functions.Tests.Canary;

/// <summary>What a process knows of the SignalR service, and how often it looks; on virtual time.</summary>
public sealed partial class ServiceWatchTests
{
    static readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly VirtualTimeProvider time = new(start);
    readonly FakeLogCollector log = new();
    readonly FakeCanary canary;
    readonly ServiceWatch watch;

    public ServiceWatchTests()
    {
        canary = new(time);
        watch = Make(enabled: true);
    }

    ServiceWatch Make(bool enabled) => new(
        canary, new LifecycleSettings(DurableBackend.Exact, Policy.Default, true, new KeyRingSetting.InMemory()) { CanaryEnabled = enabled },
        TestMetrics.Shared, time, new FakeLogger<ServiceWatch>(log), new Random(1));

    Task<ServiceSight> LookAsync(CancellationToken cancellation = default) => watch.LookAsync(cancellation).AsTask();

    Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), time);

    void Run(Func<Task> test) => time.Run(async () =>
    {
        await test();
        await watch.StopAsync(CancellationToken.None);
    });

    DateTimeOffset Now => time.GetUtcNow();

    async Task LoseAsync()
    {
        canary.Opens = false;
        Assert.False((await LookAsync()).Open);
    }

    [Fact]
    public void Last_BeforeAnybodyLooked_IsUnknownAndNobodyLooks() => Run(async () =>
    {
        Assert.Equal(ServiceSight.Unknown, watch.Last);
        await PassAsync(3_600);
        Assert.Equal(0, canary.Looks);
    });

    [Fact]
    public void LookAsync_WithinTwoSecondsOfALook_SharesIt() => Run(async () =>
    {
        Assert.Equal(new ServiceSight(Open: true), await LookAsync());
        await PassAsync(1.9);
        await LookAsync();
        watch.Suspect();
        Assert.Equal(1, canary.Looks);
        await PassAsync(0.2);
        await LookAsync();
        Assert.Equal(2, canary.Looks);
    });

    [Fact]
    public void LookAsync_OfManyAtOnce_AwaitsOneLook() => Run(async () =>
    {
        canary.Takes = TimeSpan.FromSeconds(3);
        watch.Suspect();
        var looks = Enumerable.Range(0, 100).Select(_ => LookAsync()).ToList();
        await PassAsync(2.5);
        looks.Add(LookAsync());
        Assert.All(looks, look => Assert.False(look.IsCompleted));
        Assert.All(await Task.WhenAll(looks), sight => Assert.True(sight.Open));
        Assert.Equal(1, canary.Looks);
    });

    [Fact]
    public void LookAsync_WhileTheServiceIsAway_AnswersAtOnce() => Run(async () =>
    {
        canary.Takes = TimeSpan.FromSeconds(5);
        await LoseAsync();
        Assert.Equal(new ServiceSight(Open: false, AwayAt: start.AddSeconds(5)) { AwaySince = start.AddSeconds(5) }, watch.Last);
        for (var n = 0; n < 100; n++)
        {
            var before = Now;
            Assert.False((await LookAsync()).Open);
            Assert.Equal(before, Now);
            await PassAsync(0.3);
        }
    });

    [Fact]
    public void Watch_WhileTheServiceIsAway_LooksEverySecondAndAfterFifteenMinutesEveryTwo() => Run(async () =>
    {
        await LoseAsync();
        await PassAsync(900); // longer than the alive limit: within it whoever waits hears of the service's return within a second
        Assert.InRange(canary.Looks, 860, 940);
        var waits = canary.At.Zip(canary.At.Skip(1), (one, next) => (next - one).TotalSeconds).ToList();
        Assert.All(waits, wait => Assert.InRange(wait, 0.8, 1.2));
        Assert.True(waits.Distinct().Count() > 100, "Looks are not spread.");
        var before = canary.Looks;
        await PassAsync(600);
        Assert.InRange(canary.Looks - before, 285, 315);
        Assert.InRange((Now - watch.Last.AwayAt!.Value).TotalSeconds, 0, 2.4);
    });

    // Two looks at once would say two things.
    [Fact]
    public void Watch_WhoeverAsks_LooksOneAtATime() => Run(async () =>
    {
        canary.Takes = TimeSpan.FromSeconds(0.7);
        for (var n = 0; n < 200; n++)
        {
            canary.Opens = n % 40 < 20;
            watch.Suspect();
            _ = LookAsync();
            await PassAsync(0.25);
        }

        Assert.Equal(1, canary.MostAtOnce);
    });

    // It said when a look had failed last. Clients were put off for a second longer, and those with the last slots were given up before they came.
    [Fact]
    public void LookAsync_OnceTheServiceIsBack_SaysSoAndSinceWhen() => Run(async () =>
    {
        await LoseAsync();
        await PassAsync(10);
        canary.Opens = true;
        await PassAsync(1.3);
        var looks = canary.Looks;
        var awayAt = canary.At[^1];
        Assert.Equal(new ServiceSight(Open: true, awayAt), watch.Last);
        await PassAsync(60);
        Assert.Equal(looks, canary.Looks); // nobody polls any more
        Assert.Equal(new ServiceSight(Open: true, awayAt), await LookAsync());
        Assert.Equal(looks + 1, canary.Looks);
    });

    [Fact]
    public void OnBack_WhenTheServiceIsBack_IsCalledOnceWithTheTime() => Run(async () =>
    {
        List<DateTimeOffset> calls = [];
        watch.OnBack((at, _) =>
        {
            calls.Add(at);
            return Task.CompletedTask;
        });
        await LookAsync(); // the first success ever is no return
        await PassAsync(5);
        Assert.Empty(calls);
        await LoseAsync();
        await PassAsync(10);
        canary.Opens = true;
        await PassAsync(30);
        Assert.Equal(canary.At[^1], Assert.Single(calls));
        await LookAsync();
        await PassAsync(5);
        Assert.Single(calls);
    });

    [Fact]
    public void OnBack_OfAServiceThatFlaps_HasOneCallAtATimeAndNoneLost() => Run(async () =>
    {
        List<DateTimeOffset> calls = [];
        var (running, most) = (0, 0);
        watch.OnBack(async (at, _) =>
        {
            calls.Add(at);
            most = Math.Max(most, ++running);
            await PassAsync(60);
            running--;
        });
        for (var n = 0; n < 10; n++)
        {
            await PassAsync(2);
            await LoseAsync();
            canary.Opens = true;
            await PassAsync(1.5);
        }

        var lastBack = canary.At[^1];
        await PassAsync(200);
        Assert.Equal(1, most);
        Assert.Equal(2, calls.Count);
        Assert.Equal(lastBack, calls[^1]);
    });

    [Fact]
    public void OnBack_OfAHandlerThatThrows_IsLoggedAndTheOthersAreCalled() => Run(async () =>
    {
        var called = 0;
        watch.OnBack((_, _) => throw new InvalidOperationException("no luck"));
        watch.OnBack((_, _) => Task.FromResult(called++));
        await LoseAsync();
        canary.Opens = true;
        await PassAsync(2);
        Assert.Equal(1, called);
        var record = Assert.Single(log.GetSnapshot());
        Assert.Equal((3503, LogLevel.Error), (record.Id.Id, record.Level));
    });

    [Fact]
    public void LookAsync_OfACallerThatGivesUp_LeavesTheLookToTheOthers() => Run(async () =>
    {
        canary.Takes = TimeSpan.FromSeconds(3);
        using var impatient = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        var (one, other) = (LookAsync(impatient.Token), LookAsync());
        Assert.Equal(ServiceSight.Unknown, await one);
        Assert.Equal(start.AddSeconds(1), Now);
        Assert.True((await other).Open);
        Assert.Equal(1, canary.Looks);
    });

    [Fact]
    public void LookAsync_OfACanaryThatThrows_IsAwayAndLogged() => Run(async () =>
    {
        canary.Fails = new InvalidOperationException("no luck");
        Assert.False((await LookAsync()).Open);
        Assert.Equal(3504, Assert.Single(log.GetSnapshot()).Id.Id);
    });

    [Fact]
    public void LookAsync_WhenTurnedOff_IsUnknownWithoutALook() => Run(async () =>
    {
        canary.Opens = false;
        using var off = Make(enabled: false);
        Assert.Equal(ServiceSight.Unknown, await off.LookAsync(CancellationToken.None));
        off.Suspect();
        await PassAsync(10);
        Assert.Equal((ServiceSight.Unknown, 0), (off.Last, canary.Looks));
    });

    [Fact]
    public void Suspect_OfNobodyElse_LooksInTheBackground() => Run(async () =>
    {
        canary.Opens = false;
        watch.Suspect();
        Assert.Equal(ServiceSight.Unknown, watch.Last);
        await PassAsync(0.1);
        Assert.False(watch.Last.Open);
    });

    [Fact]
    public void StopAsync_OfAWatchThatPolls_EndsLooksAndCalls() => Run(async () =>
    {
        var told = false;
        watch.OnBack(async (_, stopped) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            told = true;
        });
        await LoseAsync();
        canary.Opens = true;
        await PassAsync(4);
        await LoseAsync();
        await watch.StopAsync(CancellationToken.None);
        Assert.True(told);
        var looks = canary.Looks;
        await PassAsync(60);
        Assert.False((await LookAsync()).Open);
        watch.Suspect();
        Assert.Equal(looks, canary.Looks);
        Assert.Empty(log.GetSnapshot());
    });

    [Fact]
    public void StopAsync_InTheMiddleOfALook_SaysNothingNewOfTheService() => Run(async () =>
    {
        canary.Takes = TimeSpan.FromSeconds(5);
        var look = LookAsync();
        await PassAsync(1);
        await watch.StopAsync(CancellationToken.None);
        Assert.Equal(ServiceSight.Unknown, await look);
        Assert.Equal(start.AddSeconds(1), Now);
    });

    sealed class FakeCanary(TimeProvider time) : ICanary
    {
        int running;

        public bool Opens { get; set; } = true;

        public TimeSpan Takes { get; set; } = TimeSpan.Zero;

        public Exception? Fails { get; set; }

        public List<DateTimeOffset> At { get; } = [];

        public int Looks => At.Count;

        public int MostAtOnce { get; private set; }

        public async Task<bool> OpensAsync(CancellationToken cancellation)
        {
            At.Add(time.GetUtcNow());
            MostAtOnce = Math.Max(MostAtOnce, ++running);
            try
            {
                await Task.Delay(Takes, time, cancellation);
                return Fails is null ? Opens : throw Fails;
            }
            finally
            {
                running--;
            }
        }
    }
}
