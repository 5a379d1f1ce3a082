using System.Text.Json;
using Lifecycle.Functions.Hub;
using Lifecycle.Functions.Tests.Reconnect;

namespace Lifecycle.Functions.Tests.Hub;

public sealed class WirePayloadTests
{
    [Theory]
    [InlineData("12", 12L)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", 9223372036854775808UL)]
    [InlineData("12345678901234567890", 12345678901234567890UL)]
    [InlineData("1e3", 1000L)]
    [InlineData("1e300", 1e300)]
    public void Of_ANumber_IsAWholeOneWhereItCanBe(string json, object expected) => Assert.Equal(expected, Of(json));

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
