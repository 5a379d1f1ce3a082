using System.Text.Json;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Hub;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Tests.Hub;

/// <summary>
/// Texts that JSON can say and that are none. A stream or instance whose name ended within an emoji was answered as a failure of this side
/// ("internal, the log says why"), which SDKs try again, with an error in the log each time.
/// </summary>
public sealed class HubArgumentsTests
{
    static SignalRInvocationContext Call(params string[] arguments) =>
        new() { Arguments = [.. arguments.Select(argument => (object)JsonElement.Parse(argument))] };

    [Theory]
    [InlineData("""{"instanceId":"i\ud83d"}""")]
    [InlineData("""{"recon\ud83d":1,"reconnect":"\ude00"}""")]
    public void ReadInit_WithHalfASurrogatePair_IsInvalid(string payload) =>
        Assert.Equal("invalid_argument", Assert.Throws<InputException>(() => HubArguments.ReadInit(Call(payload))).Code);

    [Fact]
    public void ReadInit_WithHalfASurrogatePairInANameThatNobodyReads_IsTaken() =>
        Assert.Equal((true, "i1"), HubArguments.ReadInit(Call("""{"recon\ud83d":1,"reconnect":true,"instanceId":"i1"}""")));

    // Over a socket nobody looks on the way whether they are text: it was answered as a failure of this side, too.
    [Fact]
    public void ReadInit_OfBytesThatAreNoText_IsInvalid() => Assert.Equal(
        "invalid_argument",
        Assert.Throws<InputException>(() => HubArguments.ReadInit(new() { Arguments = [JsonElement.Parse([.. """{"instanceId":"i"""u8, 0xFF, .. "\"}"u8])] })).Code);

    [Theory]
    [InlineData("""["audio","\ud83d"]""")]
    [InlineData("""["\ude00audio"]""")]
    public void ReadSubscriptions_WithHalfASurrogatePair_IsInvalid(string streams) =>
        Assert.Equal("invalid_argument", Assert.Throws<InputException>(() => HubArguments.ReadSubscriptions(Call(streams, "0"))).Code);
}
