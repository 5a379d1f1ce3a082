using Lifecycle.Entities;
using Lifecycle.Functions.Console;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>Who is told that somebody looks on, and how often.</summary>
public sealed class ConsoleWatchTests
{
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    readonly Mock<ITransitionFeed> feed = new();
    readonly Mock<DurableEntityClient> entities = new("units");
    readonly Mock<DurableTaskClient> client = new("units");
    readonly List<EntityInstanceId> told = [];
    readonly ConsoleWatch watch;
    Exception? failure;

    public ConsoleWatchTests()
    {
        watch = new(feed.Object, time);
        client.Setup(c => c.Entities).Returns(entities.Object);
        entities
            .Setup(e => e.SignalEntityAsync(It.IsAny<EntityInstanceId>(), nameof(ConsoleWatchEntity.Look), It.IsAny<object?>(), It.IsAny<SignalEntityOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((EntityInstanceId id, string _, object? _, SignalEntityOptions? _, CancellationToken _) => Tell(id));
    }

    Task Tell(EntityInstanceId id)
    {
        if (failure is not null && told.Count == 3)
        {
            return Task.FromException(failure);
        }

        told.Add(id);
        return Task.CompletedTask;
    }

    Task SeeAsync() => watch.SeenAsync(client.Object, CancellationToken.None);

    [Fact]
    public async Task Seen_WithinTheInterval_TellsTheOthersOnce_AndThisProcessEachTime()
    {
        await SeeAsync();
        time.Advance(ConsoleWatch.TellEvery - TimeSpan.FromSeconds(1));
        await SeeAsync();
        Assert.Equal(ConsoleWatchEntity.Keys, told.Count);
        feed.Verify(f => f.WatchUntil(time.GetUtcNow() + ConsoleWatch.Lease), Times.Once);
        time.Advance(TimeSpan.FromSeconds(1));
        await SeeAsync();
        Assert.Equal(2 * ConsoleWatchEntity.Keys, told.Count);
    }

    // The page negotiated again at once and was let in, but the transitions of the other instances came a minute later.
    [Fact]
    public async Task Seen_AfterOneThatCouldNotTell_TellsAllOfThem()
    {
        failure = new HttpRequestException("The storage is away.");
        await Assert.ThrowsAsync<HttpRequestException>(SeeAsync);
        failure = null;
        told.Clear();
        await SeeAsync();
        Assert.Equal(Enumerable.Range(0, ConsoleWatchEntity.Keys).Select(ConsoleWatchEntity.IdOf), told);
    }
}
