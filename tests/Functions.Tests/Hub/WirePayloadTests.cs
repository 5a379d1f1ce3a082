using System.Text.Json;
using Lifecycle.Functions.Hub;

namespace Lifecycle.Functions.Tests.Hub;

public sealed class WirePayloadTests
{
    // On the official host every ack came as { "SessionId": ... }: its library does not know the attributes of System.Text.Json.
    [Fact]
    public void Of_AnAck_IsMadeOfNothingThatASerializerCouldNameOtherwise()
    {
        var ack = new Ack("s1", "p", "RUNNING", Resumed: true, 3, "c1", ["audio"], 2, Token: null, 0, 6_000);
        var payload = Assert.IsType<Dictionary<string, object?>>(WirePayload.Of(ack));
        Assert.Equal(
            """{"sessionId":"s1","packageName":"p","state":"RUNNING","resumed":true,"epoch":3,"correlationId":"c1","subscriptions":["audio"],"subscriptionsVersion":2,"token":null,"missed":0,"reconnectGraceMs":6000}""",
            JsonSerializer.Serialize(payload));
        Assert.All(payload.Values, value => Assert.True(value is null or string or bool or long or List<object?>));
    }
}
