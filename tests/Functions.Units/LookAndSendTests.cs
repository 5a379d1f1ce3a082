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

/// <summary>What the activity does right before a start's webhook, when something was said to the whole user session meanwhile.</summary>
public sealed class LookAndSendTests
{
    static readonly DateTimeOffset asked = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly AppSessionId id = new("s1", "com.example.app");

    readonly Mock<DurableEntityClient> entities = new("units");
    readonly FakeLogger<LookAndSend> log = new();

    Task<Attempt> SendAsync(Task<EntityMetadata<UserSession>?> found)
    {
        entities.Setup(e => e.GetEntityAsync<UserSession>(UserSessionEntity.IdOf("s1"), It.IsAny<bool>(), It.IsAny<CancellationToken>())).Returns(found);
        entities.Setup(e => e.GetEntityAsync<UserSession>(UserSessionEntity.IdOf("s1"), It.IsAny<CancellationToken>())).Returns(found);
        var client = new Mock<DurableTaskClient>("units");
        client.Setup(c => c.Entities).Returns(entities.Object);
        var time = new FakeTimeProvider(asked.AddSeconds(2));
        var pulse = new EnginePulse(time, Instruments.Make(), new FakeLogger<EnginePulse>());
        // Neither the service nor the app may be reached.
        var activity = new LookAndSend(connections: null!, watch: null!, webhooks: null!, pulse, time, log);
        var request = new WebhookRequest("wh_1", "session_request", id.SessionId, id.PackageName, "c1", "r1", 1, Reasons.StartRequested, 5_000) { AskedAt = asked };
        return activity.Run(request, client.Object, CancellationToken.None);
    }

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

    // It would have counted as a failed webhook of the app.
    [Fact]
    public async Task Run_WhenTheUserSessionCannotBeRead_SendsNothingAndSaysSo()
    {
        var attempt = await SendAsync(Task.FromException<EntityMetadata<UserSession>?>(new IOException("The store is away.")));

        Assert.Equal(Attempt.NotLooked, attempt);
        Assert.Equal(3104, log.LatestRecord.Id.Id);
    }
}
