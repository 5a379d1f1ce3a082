using Lifecycle.Entities;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Engine;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>What triggers make of a durable client that throws, or that never answers.</summary>
public sealed class ClientFailureTests
{
    static readonly AppSessionId id = new("s1", "com.example.app");
    static readonly IOException away = new("10.0.0.7:4001 refused the connection.");

    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    readonly FakeLogger<EnginePulse> pulseLog = new();
    readonly Mock<DurableEntityClient> entities = new("units");
    readonly DurableTaskClient client;
    readonly EnginePulse pulse;
    readonly SetWatch watch = new();

    public ClientFailureTests()
    {
        var mock = new Mock<DurableTaskClient>("units");
        mock.Setup(c => c.Entities).Returns(entities.Object);
        (client, pulse) = (mock.Object, new(time, Instruments.Make(), pulseLog));
    }

    void Reads<TState>(Task<EntityMetadata<TState>?> found) => entities
        .Setup(e => e.GetEntityAsync<TState>(It.IsAny<EntityInstanceId>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
        .Returns(found);

    void ReadsThroughToken<TState>(Task<EntityMetadata<TState>?> found) => entities
        .Setup(e => e.GetEntityAsync<TState>(It.IsAny<EntityInstanceId>(), It.IsAny<CancellationToken>()))
        .Returns(found);

    void Signals(Task sent) => entities
        .Setup(e => e.SignalEntityAsync(
            It.IsAny<EntityInstanceId>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<SignalEntityOptions?>(), It.IsAny<CancellationToken>()))
        .Returns(sent);

    // A check reads and then signals; the one that fails never answers when there is nothing to fail with.
    void Engine(string failing, Exception? with)
    {
        var never = new TaskCompletionSource<EntityMetadata<Beat>?>().Task;
        var failed = with is null ? never : Task.FromException<EntityMetadata<Beat>?>(with);
        ReadsThroughToken(failing == "read" ? failed : Task.FromResult<EntityMetadata<Beat>?>(null));
        Signals(failing == "signal" ? failed : Task.CompletedTask);
    }

    Task<IActionResult> HealthAsync() =>
        new HealthFunction(pulse, new ServiceReach(watch, time), time, new FakeLogger<HealthFunction>()).Get(new DefaultHttpContext().Request, client, CancellationToken.None);

    [Theory]
    [InlineData("read")]
    [InlineData("signal")]
    public async Task Health_OfAClientThatThrows_IsNotReadyAndKeepsTheCauseToItself(string failing)
    {
        Engine(failing, away);

        var answer = await Assert.ThrowsAsync<InputException>(HealthAsync);

        Assert.Equal((503, "engine_not_ready", TimeSpan.FromSeconds(2)), (answer.Status, answer.Code, answer.RetryAfter));
        Assert.DoesNotContain("10.0.0.7", answer.Message);
    }

    [Theory]
    [InlineData("read")]
    [InlineData("signal")]
    public void Health_OfAClientThatNeverAnswers_IsNotReadyWithinItsPatience(string silent) => TurnByTurn.Run(turns =>
    {
        Engine(silent, with: null);
        var call = HealthAsync();

        time.Advance(EnginePulse.Patience - TimeSpan.FromMilliseconds(1));
        turns.RunAll();
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        turns.RunAll();

        var answer = Assert.IsType<InputException>(call.Exception?.InnerException);
        Assert.Equal((503, "engine_not_ready"), (answer.Status, answer.Code));
    });

    // Negotiate calls it; whatever the engine does, an app must not wait for the look at it.
    [Fact]
    public void Called_WithAClientThatThrows_AnswersAtOnceAndTellsItOnce() => TurnByTurn.Run(turns =>
    {
        Engine("read", away);
        for (var look = 0; look < 3; look++)
        {
            entities.Invocations.Clear();
            for (var call = 0; call < Backlog.Crowd; call++)
            {
                Assert.False(pulse.Called(client).IsBeyondLimit(time.GetUtcNow()));
            }

            Assert.Empty(entities.Invocations);
            turns.RunAll();
            Assert.NotEmpty(entities.Invocations);
            time.Advance(Backlog.LookEvery);
        }

        Assert.Same(away, Assert.Single(pulseLog.Collector.GetSnapshot(), record => record.Id.Id == 3401).Exception);
    });

    [Theory]
    [InlineData("read")]
    [InlineData("signal")]
    public async Task Start_WithAClientThatThrows_PassesItOn(string failing)
    {
        var app = new EntityMetadata<AppDocument>(AppEntity.IdOf(id.PackageName), new AppDocument { Registration = new() });
        Reads(failing == "read" ? Task.FromException<EntityMetadata<AppDocument>?>(away) : Task.FromResult<EntityMetadata<AppDocument>?>(app));
        Signals(Task.FromException(away));
        var commands = new SessionCommands(new AppDirectory(time, Policy.Default), Policy.Default, time);

        var failure = await Assert.ThrowsAsync<IOException>(() => commands.StartAsync(client, id, foreground: true, CancellationToken.None));

        Assert.Same(away, failure);
        entities.Verify(
            e => e.SignalEntityAsync(AppSessionEntity.IdOf(id), nameof(AppSessionEntity.Start), It.IsAny<StartRequested>(), null, CancellationToken.None),
            Times.Exactly(failing == "signal" ? 1 : 0));
    }
}
