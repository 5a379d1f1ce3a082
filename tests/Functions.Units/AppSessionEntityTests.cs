using Lifecycle.Entities;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>The shell of an app session, one operation at a time.</summary>
public sealed class AppSessionEntityTests
{
    static readonly AppSessionId id = new("s1", "com.example.app");

    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    readonly Mock<IAppConnections> connections = new();
    readonly FakeLogger<EffectExecutor> log = new();
    readonly SetWatch watch = new();
    readonly Mock<IReturningProcesses> returning = new();
    readonly Mock<ITransitionFeed> feed = new();

    AppSessionEntity Entity(Policy? fleet = null, DurableBackend backend = DurableBackend.AzureStorage)
    {
        var metrics = Instruments.Make();
        var outage = new EventOutage(time, new FakeLogger<EventOutage>());
        var flusher = new OutboxFlusher(new EventSender(Mock.Of<IEventSink>(), outage, metrics, time), outage, metrics, backend, time);
        var effects = new EffectExecutor(connections.Object, Mock.Of<IReconnectTokens>(), backend, time, log, feed.Object);
        return new(effects, flusher, watch, returning.Object, Instruments.Invariants(metrics), metrics, time, fleet ?? Policy.Default, new FakeLogger<AppSessionEntity>());
    }

    static MockedOperation<AppSessionDocument> Operation(AppSession session, string name, SessionEvent input) =>
        new(AppSessionEntity.IdOf(id), new AppSessionDocument { Session = session }, name, input);

    AppSession Running => new()
    {
        State = AppState.Running,
        Epoch = 4,
        AttachedEpoch = 4,
        CorrelationId = "c1",
        Attachment = new() { ConnectionId = "old", AttachedAt = time.GetUtcNow() },
    };

    // The windows of 5,000 sessions were over while their one process was still on its way to the last of them, and 29 were restarted.
    [Fact]
    public async Task Timer_ProcessIsComingBackToOtherSessions_GivesItAWindowMore()
    {
        watch.Last = new ServiceSight(true);
        var lost = Running with { State = AppState.GracePeriod, InstanceId = "i1", Attachment = null, LostAt = time.GetUtcNow().AddSeconds(-6), Deadline = time.GetUtcNow() };
        returning.Setup(r => r.LastSeen(id.PackageName, "i1")).Returns(time.GetUtcNow().AddSeconds(-1));
        var timer = Operation(lost, nameof(AppSessionEntity.Timer), new TimerFired(TimerKind.Grace, lost.Epoch) { DueAt = lost.Deadline });

        await timer.RunAsync(Entity());

        var session = Assert.Single(timer.Stored)!.Session;
        Assert.Equal((AppState.GracePeriod, time.GetUtcNow().AddSeconds(5)), (session.State, session.Deadline!.Value));
    }

    // Its ack and the close of the connection that it takes over from: neither reaches the service.
    [Fact]
    public async Task Connected_WhenTheServiceThrows_SetsTheStateAllTheSame()
    {
        connections
            .Setup(c => c.SendAsync(id, It.IsAny<string?>(), It.IsAny<string>(), It.IsAny<object>()))
            .ThrowsAsync(new HttpRequestException("The service is away."));
        connections.Setup(c => c.CloseAsync("old", It.IsAny<string>())).Throws(new TimeoutException("The service does not answer."));
        var operation = Operation(Running, nameof(AppSessionEntity.Connected), new Connected("new"));

        await operation.RunAsync(Entity());

        var stored = Assert.Single(operation.Stored)!.Session;
        Assert.Equal((AppState.Running, 5, "new"), (stored.State, stored.Epoch, stored.Attachment?.ConnectionId));
        connections.Verify(c => c.SendAsync(id, "new", "ack", It.IsAny<object>()), Times.Once);
        Assert.Contains(log.Collector.GetSnapshot(), record => record.Exception is TimeoutException);
    }

    // What the console was told was a little younger than what the API said of the same transition: the row that it had heard of stood there
    // for ever without its deadline and its process.
    [Fact]
    public async Task Connected_WhoseAckTakesAWhile_IsShownLiveAtTheTimeOfTheDecision()
    {
        feed.Setup(f => f.IsWatched).Returns(true);
        connections
            .Setup(c => c.SendAsync(id, "new", "ack", It.IsAny<object>()))
            .Returns(Task.CompletedTask)
            .Callback(() => time.Advance(TimeSpan.FromMilliseconds(300)));
        var operation = Operation(Running, nameof(AppSessionEntity.Connected), new Connected("new"));

        await operation.RunAsync(Entity());

        var stored = Assert.Single(operation.Stored)!.Session;
        feed.Verify(f => f.Tell(It.Is<TransitionNote>(note => note.At == stored.Since && note.Epoch == stored.Epoch)), Times.Once);
    }

    // A signal that arrives early is put back in a tight loop by Azure Storage, which counts whole seconds.
    [Theory]
    [InlineData(DurableBackend.Exact, 6_400)]
    [InlineData(DurableBackend.AzureStorage, 7_075)]
    public async Task Disconnected_OfItsConnection_SignalsTheGraceTimerAtTheAlignedDeadline(DurableBackend backend, int signalledMs)
    {
        var operation = Operation(Running, nameof(AppSessionEntity.Disconnected), new Disconnected("old"));

        await operation.RunAsync(Entity(Policy.Default with { ReconnectGraceMs = 6_400 }, backend));

        // It names the deadline itself, whenever it is signalled.
        var deadline = time.GetUtcNow().AddMilliseconds(6_400);
        var timer = Assert.Single(operation.Signals, signal => signal.Operation == nameof(AppSessionEntity.Timer));
        Assert.Equal(
            new Signal(AppSessionEntity.IdOf(id), nameof(AppSessionEntity.Timer), new TimerFired(TimerKind.Grace, 5) { DueAt = deadline }, time.GetUtcNow().AddMilliseconds(signalledMs)),
            timer);
        Assert.Equal(deadline, Assert.Single(operation.Stored)!.Session.Deadline);
    }

    // What it would write is what it could read of the newer state: the rest would be lost.
    [Fact]
    public async Task Disconnected_OfAStateOfANewerVersion_ThrowsAndSetsNoState()
    {
        var operation = Operation(
            Running with { Schema = AppSession.CurrentSchema + 1 }, nameof(AppSessionEntity.Disconnected), new Disconnected("old"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => operation.RunAsync(Entity()));

        Assert.Empty(operation.Stored);
        Assert.Empty(operation.Signals);
    }
}
