using Lifecycle.Entities;
using Lifecycle.Functions.Engine;
using Lifecycle.Functions.Runs;
using Lifecycle.Functions.Webhooks;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>What the activity does right before a webhook: looks at the user session, the SignalR service and the clock, and leaves the rest to the rules.</summary>
public sealed class LookAndSendTests
{
    static readonly DateTimeOffset asked = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly AppSessionId id = new("s1", "com.example.app");

    readonly Mock<DurableEntityClient> entities = new("units");
    readonly FakeLogger<LookAndSend> log = new();
    readonly FakeTimeProvider time = new(asked.AddSeconds(2));
    readonly Mock<IAppConnections> connections = new();
    readonly SetWatch watch = new();
    readonly HoldTerms terms = new(DueAt: asked.AddSeconds(1), LostAt: asked.AddSeconds(-6), GraceMs: 6_000, LateMs: 3_000);

    Task<Attempt> SendAsync(Task<EntityMetadata<UserSession>?> found)
    {
        entities.Setup(e => e.GetEntityAsync<UserSession>(UserSessionEntity.IdOf("s1"), It.IsAny<bool>(), It.IsAny<CancellationToken>())).Returns(found);
        entities.Setup(e => e.GetEntityAsync<UserSession>(UserSessionEntity.IdOf("s1"), It.IsAny<CancellationToken>())).Returns(found);
        // Neither the service nor the app may be reached.
        return RunAsync(new("wh_1", "session_request", id.SessionId, id.PackageName, "c1", "r1", 1, Reasons.StartRequested, 5_000) { AskedAt = asked });
    }

    // There is nothing that could send: what goes out all the same is a NullReferenceException.
    Task<Attempt> RunAsync(WebhookRequest request)
    {
        var client = new Mock<DurableTaskClient>("units");
        client.Setup(c => c.Entities).Returns(entities.Object);
        var pulse = new EnginePulse(time, Instruments.Make(), new FakeLogger<EnginePulse>());
        return new LookAndSend(connections.Object, watch, webhooks: null!, Mock.Of<IReconnectTokens>(), pulse, time, log).Run(request, client.Object, CancellationToken.None);
    }

    // Without a token whoever takes the webhook would begin anew, beside the process that is still attached.
    [Fact]
    public async Task Run_OfAHandOverWithoutAToken_SendsNothing()
    {
        var request = new WebhookRequest("wh_1", "handover_request", id.SessionId, id.PackageName, "c1", "r1", 1, Reasons.HandOverAsked, 5_000, Blind: true)
        {
            Invite = new Invitation("r1", "i1", RunReason.HandOver),
        };

        Assert.Equal(Attempt.NotLooked, await RunAsync(request));
    }

    static WebhookRequest Resurrection(HoldTerms? terms, bool blind = false) =>
        new("wh_1", "resurrection_request", id.SessionId, id.PackageName, "c1", "r1", 1, Reasons.GraceExpired, 5_000, Blind: blind) { Terms = terms };

    [Theory]
    [InlineData(true, "Stop")]
    [InlineData(false, "Away")]
    public async Task Run_OfAStartThatWasOvertaken_TellsTheSessionAndSendsNothing(bool stopped, string operation)
    {
        var said = stopped ? UserSession.Empty.Stopped(asked.AddSeconds(1)) : UserSession.Empty.Left(asked.AddSeconds(1));
        var attempt = await SendAsync(Task.FromResult<EntityMetadata<UserSession>?>(new EntityMetadata<UserSession>(UserSessionEntity.IdOf("s1"), said)));

        Assert.Equal(Attempt.NotLooked, attempt);
        entities.Verify(e => e.SignalEntityAsync(
            AppSessionEntity.IdOf(id), operation, It.IsAny<object?>(), It.IsAny<SignalEntityOptions?>(), It.IsAny<CancellationToken>()));
    }

    [Fact]
    public async Task Run_WhileTheServiceIsAway_SendsNothingAndSaysWhatWasSeen()
    {
        watch.Last = new(Open: false, AwayAt: asked);

        Assert.Equal(Attempt.ServiceAway(watch.Last), await RunAsync(Resurrection(terms)));
        Assert.Equal(1, watch.Looks);
    }

    // A start has no grace window to wait for, but nobody could attach.
    [Fact]
    public async Task Run_OfAStartWhileTheServiceIsAway_SendsNothing()
    {
        watch.Last = new(Open: false, AwayAt: asked);

        Assert.Equal(Attempt.ServiceAway(watch.Last), await RunAsync(Resurrection(terms: null) with { Type = "session_request" }));
    }

    [Fact]
    public async Task Run_LessThanAGraceWindowAfterTheServiceIsBack_SendsNothing()
    {
        watch.Last = new(Open: true, AwayAt: asked.AddSeconds(-3.9)); // 5.9 s ago

        Assert.Equal(Attempt.ServiceAway(watch.Last), await RunAsync(Resurrection(terms)));
        watch.Last = new(Open: true, AwayAt: asked.AddSeconds(-4.1));
        await Assert.ThrowsAsync<NullReferenceException>(() => RunAsync(Resurrection(terms)));
    }

    [Fact]
    public async Task Run_OfAnOrderThatComesLate_SaysSoWithoutALook()
    {
        time.Advance(TimeSpan.FromSeconds(2.1)); // 3.1 s after it was due

        Assert.Equal(Attempt.TooLate, await RunAsync(Resurrection(terms)));
        Assert.Equal(0, watch.Looks);
    }

    // A connection that is there is news, however late it is found.
    [Fact]
    public async Task Run_OfALateOrderWhoseAppIsConnected_SaysThatItWasFound()
    {
        time.Advance(TimeSpan.FromMinutes(1));
        connections.Setup(c => c.ExistsAsync(id, It.IsAny<CancellationToken>())).ReturnsAsync(true);

        Assert.Equal(Attempt.OfFound, await RunAsync(Resurrection(terms)));
    }

    // The looks failed three times: it must not wait for ever for one.
    [Fact]
    public async Task Run_Blind_SendsWithoutALookHoweverLate()
    {
        time.Advance(TimeSpan.FromMinutes(1));
        watch.Last = new(Open: false, AwayAt: asked);

        await Assert.ThrowsAsync<NullReferenceException>(() => RunAsync(Resurrection(terms, blind: true)));
        Assert.Equal(0, watch.Looks);
        connections.Verify(c => c.ExistsAsync(It.IsAny<AppSessionId>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    // It would have counted as a failed webhook of the app.
    [Fact]
    public async Task Run_WhenTheUserSessionCannotBeRead_SendsNothingAndSaysSo()
    {
        var attempt = await SendAsync(Task.FromException<EntityMetadata<UserSession>?>(new IOException("The store is away.")));

        Assert.Equal(Attempt.NotLooked, attempt);
        Assert.Equal(3104, log.LatestRecord.Id.Id);
    }
}
