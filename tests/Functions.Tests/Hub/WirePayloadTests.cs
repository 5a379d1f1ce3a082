using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Hub;
using Lifecycle.Functions.Tests.Reconnect;

namespace Lifecycle.Functions.Tests.Hub;

public sealed class WirePayloadTests
{
    // On the official host every ack came as { "SessionId": ... }: its library does not know the attributes of System.Text.Json.
    [Fact]
    public void Of_AnAck_IsMadeOfNothingThatASerializerCouldNameOtherwise()
    {
        var ack = new Ack("s1", "p", "RUNNING", Resumed: true, 3, "c1", ["audio"], 2, Token: null, 0, 7, 6_000, InitWanted: false) { HandOverMs = 25_000 };
        var payload = Assert.IsType<Dictionary<string, object?>>(WirePayload.Of(ack));
        Assert.Equal(
            """{"sessionId":"s1","packageName":"p","state":"RUNNING","resumed":true,"epoch":3,"correlationId":"c1","subscriptions":["audio"],"subscriptionsVersion":2,"token":null,"missed":0,"seq":7,"reconnectGraceMs":6000,"initWanted":false,"version":2,"takenOver":false,"handOverMs":25000}""",
            JsonSerializer.Serialize(payload));
        Assert.All(payload.Values, value => Assert.True(value is null or string or bool or long or List<object?>));
    }

    [Theory]
    [InlineData("""{"seq":1,"body":{"a":{"b":[1,2.5,"x",null,true]}}}""")]
    [InlineData("""{"seq":1,"body":12345678901234567890}""")]
    [InlineData("""{"seq":1,"body":0.1234567890123456789}""")]
    [InlineData("""{"seq":9007199254740993,"body":"2026-01-01T00:00:00Z"}""")]
    public void Of_AMessage_LosesNothingOfItsBody(string json)
    {
        var message = JsonSerializer.Deserialize<AppMessage>(json, JsonSerializerOptions.Web)!;
        Assert.Equal(json, JsonSerializer.Serialize(WirePayload.Of(message)));
    }

    // A message with a name twice was never sent: the dictionary threw, and the entity tried it again for ever.
    [Fact]
    public void Of_AMessageWithANameTwice_TakesTheLast()
    {
        var message = new AppMessage(1, JsonElement.Parse("""{"a":1,"a":2}"""));
        Assert.Equal("""{"seq":1,"body":{"a":2}}""", JsonSerializer.Serialize(WirePayload.Of(message)));
    }

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", 9223372036854775808UL)]
    [InlineData("12345678901234567890", 12345678901234567890UL)]
    [InlineData("1e3", 1000L)]
    [InlineData("1e300", 1e300)]
    public void Of_ANumber_IsAWholeOneWhereItCanBe(string json, object expected) => Assert.Equal(expected, Of(json));

    // Of 1e-30 nothing was left: a decimal has 28 places.
    [Theory]
    [InlineData("1e-30", 1e-30)]
    [InlineData("-1.234567890123e-20", -1.234567890123e-20)]
    [InlineData("5e-324", 5e-324)]
    public void Of_ASmallNumber_IsNotRoundedAway(string json, double expected) => Assert.Equal(expected, Of(json));

    // What was stored before the API refused it: its send threw something else in each serializer.
    [Theory]
    [InlineData("1e400")]
    [InlineData("[-1e999]")]
    [InlineData("""
        "\ud83d"
        """)]
    [InlineData("""{"\ude00":1}""")]
    public void Of_WhatNoReaderHolds_CanNeverBeSent(string json) => Assert.Throws<UnsendableException>(() => Of(json));

    [Fact]
    public void Of_AFraction_KeepsItsDigits() => Assert.Equal(0.1234567890123456789012345678m, Of("0.1234567890123456789012345678"));

    // An id of twenty digits arrived as 12345678901234567890.0, which a client that reads whole numbers refuses.
    [Fact]
    public void A_message_with_large_numbers_arrives_as_it_was_posted() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        await app.SendAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", """{"body":{"id":12345678901234567890,"n":-5,"x":1.50}}""");
        await app.Settle();
        Assert.Equal("""{"id":12345678901234567890,"n":-5,"x":1.50}""", Assert.Single(client.Messages).Body);
    });

    static object? Of(string json) => ((Dictionary<string, object?>)WirePayload.Of(new { value = JsonSerializer.Deserialize<JsonElement>(json) })!)["value"];
}
