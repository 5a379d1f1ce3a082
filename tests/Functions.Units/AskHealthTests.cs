using System.Net;
using Lifecycle.Entities;
using Lifecycle.Functions.Runs;
using Lifecycle.Functions.Webhooks;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>One round of questions to an app's health URL: when it ends.</summary>
public sealed class AskHealthTests : IDisposable
{
    const string Package = "com.example.app";

    static readonly DateTimeOffset now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // All of its questions are due.
    static readonly HealthWatchInput round = new(Package, "hw_1", new HealthOrder(now.AddMinutes(-1), 2_000, 10), Round: 2);

    readonly FakeTimeProvider time = new(now);
    readonly HealthSeats seats = new();
    readonly List<Uri> asked = [];
    readonly WebhookTransport transport;
    Func<int, int> answers = _ => 503;

    public AskHealthTests() => transport = new WebhookTransport(new Handler(this));

    static AppDocument Watched(string watch, string? url = "http://app.example/up") => new()
    {
        Registration = new() { WebhookUrl = "http://app.example/hook", HealthUrl = url },
        Gate = new AppGate { Health = new HealthWatch { Id = watch, BeganAt = now, DueBy = now } },
    };

    Task<HealthAnswer> RunAsync(HealthWatchInput input, AppDocument? found, CancellationToken cancellation = default)
    {
        var entities = new Mock<DurableEntityClient>("units");
        var entity = found is null ? null : new EntityMetadata<AppDocument>(AppEntity.IdOf(Package), found);
        entities.Setup(e => e.GetEntityAsync<AppDocument>(AppEntity.IdOf(Package), It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(entity);
        entities.Setup(e => e.GetEntityAsync<AppDocument>(AppEntity.IdOf(Package), It.IsAny<CancellationToken>())).ReturnsAsync(entity);
        var client = new Mock<DurableTaskClient>("units");
        client.Setup(c => c.Entities).Returns(entities.Object);
        return new AskHealth(new AppDirectory(time, Policy.Default), new HealthEndpoint(transport, time), seats, time).Run(input, client.Object, cancellation);
    }

    [Fact]
    public async Task Run_AsksUntilTheFirst2xx()
    {
        answers = n => n < 3 ? 503 : 204;
        Assert.Equal(new HealthAnswer(3, WebhookResult.FromStatus(204)), await RunAsync(round, Watched("hw_1")));
        Assert.All(asked, url => Assert.Equal("http://app.example/up", url.ToString()));
    }

    [Fact]
    public async Task Run_WithoutA2xx_UsesItsQuestionsUp() =>
        Assert.Equal(new HealthAnswer(10, WebhookResult.FromStatus(503)), await RunAsync(round, Watched("hw_1")));

    [Fact]
    public async Task Run_WhenTheOutageIsOver_AsksNothing()
    {
        Assert.Equal(new HealthAnswer(0, null), await RunAsync(round, Watched("hw_2")));
        Assert.Equal(new HealthAnswer(0, null), await RunAsync(round, found: null));
        Assert.Equal(new HealthAnswer(0, null), await RunAsync(round, Watched("hw_1", url: null)));
        Assert.Empty(asked);
    }

    // What is read of the app may be two seconds old: of the time before the watch began.
    [Fact]
    public async Task Run_OfTheFirstRound_BelievesNoReadAtOnceThatItIsOver() =>
        Assert.Equal(2, (await RunAsync(round with { Round = 1 }, Watched("hw_before"))).Asked);

    // Webhooks go by the same activities, and need some, too.
    [Fact]
    public async Task Run_WithoutASeat_AsksOnce()
    {
        var others = Enumerable.Range(0, HealthSeats.Most).Select(_ => seats.TryTake()).ToList();
        Assert.Equal(1, (await RunAsync(round, Watched("hw_1"))).Asked);
        others[0]!.Dispose();
        Assert.Equal(10, (await RunAsync(round, Watched("hw_1"))).Asked);
    }

    [Fact]
    public async Task Run_WhenTheHostStops_SaysWhatIsKnown()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        Assert.Equal(new HealthAnswer(0, null, Stopped: true), await RunAsync(round, Watched("hw_1"), stop.Token));
        await seats.StopAsync(CancellationToken.None);
        Assert.Equal(new HealthAnswer(0, null, Stopped: true), await RunAsync(round, Watched("hw_1")));
    }

    [Fact]
    public async Task Run_WaitsForItsFirstQuestion()
    {
        var running = RunAsync(round with { Order = round.Order with { From = now.AddSeconds(2), Tries = 1 } }, Watched("hw_1"));
        Assert.False(running.IsCompleted);
        Assert.Empty(asked);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, (await running).Asked);
    }

    public void Dispose()
    {
        transport.Dispose();
        seats.Dispose();
    }

    sealed class Handler(AskHealthTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test.asked.Add(request.RequestUri!);
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)test.answers(test.asked.Count)));
        }
    }
}
