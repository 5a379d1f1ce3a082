using Lifecycle.Entities;
using Lifecycle.Functions.Console;
using Lifecycle.Local.Durable;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.Functions.Tests.Console;

/// <summary>What is told to those who look on, and that nobody pays for those who do not.</summary>
public sealed class ConsoleFeedTests
{
    readonly VirtualTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    readonly Clients clients = new();
    readonly FakeLogger<ConsoleFeed> log = new();
    readonly ConsoleFeed feed;

    public ConsoleFeedTests() => feed = new(() => clients, time, log);

    static TransitionNote Note(int epoch) => new(default, "s1", "p", AppState.Running, AppState.GracePeriod, "socket_lost", Blame.Unknown, epoch);

    void Look() => feed.WatchUntil(time.GetUtcNow() + ConsoleWatch.Lease);

    Task PassAsync(TimeSpan span) => Task.Delay(span + TimeSpan.FromMilliseconds(1), time);

    [Fact]
    public void Tell_WithNobodyLooking_SendsNothing() => time.Run(async () =>
    {
        feed.Tell(Note(1));
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(clients.Sent);
    });

    [Fact]
    public void Tell_OnceTheLeaseIsOver_SendsNothing() => time.Run(async () =>
    {
        Look();
        await PassAsync(ConsoleWatch.Lease);
        feed.Tell(Note(1));
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(clients.Sent);
    });

    [Fact]
    public void Tell_WhatComesTogether_GoesInOneMessage() => time.Run(async () =>
    {
        Look();
        feed.Tell(Note(1));
        feed.Tell(Note(2));
        await PassAsync(ConsoleFeed.Gathered);
        Assert.Equal([1L, 2L], Assert.Single(clients.Sent).Cast<TransitionNote>().Select(note => note.Epoch));
    });

    [Fact]
    public void Tell_AllTheTime_IsFourMessagesASecond() => time.Run(async () =>
    {
        Look();
        for (var n = 0; n < 40; n++)
        {
            feed.Tell(Note(n));
            await PassAsync(TimeSpan.FromMilliseconds(49));
        }

        Assert.InRange(clients.Sent.Count, 6, 8);
    });

    [Fact]
    public void Tell_MoreThanAMessageHolds_SaysHowManyWereLeftOut() => time.Run(async () =>
    {
        Look();
        for (var n = 0; n < ConsoleFeed.Most + 7; n++)
        {
            feed.Tell(Note(n));
        }

        await PassAsync(ConsoleFeed.Gathered);
        var sent = Assert.Single(clients.Sent);
        Assert.Equal(ConsoleFeed.Most + 1, sent.Count);
        Assert.Equal("""{"dropped":7}""", System.Text.Json.JsonSerializer.Serialize(sent[^1]));
    });

    [Fact]
    public void Tell_WhenTheServiceFails_GoesOn_AndIsLoggedOnce() => time.Run(async () =>
    {
        Look();
        clients.Fails = true;
        for (var n = 0; n < 3; n++)
        {
            feed.Tell(Note(n));
            await PassAsync(ConsoleFeed.Gathered);
        }

        clients.Fails = false;
        feed.Tell(Note(3));
        await PassAsync(ConsoleFeed.Gathered);
        Assert.Equal((1, 1), (clients.Sent.Count, log.Collector.Count));
    });

    [Fact]
    public void WatchUntil_AnEarlierTime_ChangesNothing()
    {
        Look();
        feed.WatchUntil(time.GetUtcNow() - TimeSpan.FromHours(1));
        Assert.True(feed.IsWatched);
    }

    sealed class Clients : IConsoleClients
    {
        public List<IReadOnlyList<object>> Sent { get; } = [];

        public bool Fails { get; set; }

        public Task SendAsync(IReadOnlyList<object> transitions, CancellationToken cancellation)
        {
            if (Fails)
            {
                throw new HttpRequestException("The service is away.");
            }

            Sent.Add(transitions);
            return Task.CompletedTask;
        }
    }
}
