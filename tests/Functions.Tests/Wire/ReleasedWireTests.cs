using System.Text.Json.Nodes;
using Lifecycle.Compatibility;

namespace Lifecycle.Functions.Tests.Wire;

/// <summary>App servers of the released version, against this server: all that they were recorded to hear they still hear, and nothing that they do not know.</summary>
public sealed class ReleasedWireTests
{
    // What acks have more than the released ones. Whatever is added must be listed here: the released SDKs were seen to pass it over.
    static readonly string[] inAcks = ["handOverMs", "takenOver", "version"];

    [Theory]
    [InlineData("dotnet")]
    [InlineData("javascript")]
    public void The_recorded_conversation_goes_on_as_it_did(string sdk)
    {
        JsonObject now = null!;
        TestApp.Run(async app => now = await new ReleasedConversation(app, ReleasedWire.Read()["apps"]![sdk]!).PlayAsync());
        var recorded = ReleasedWire.Read()["server"]!.AsObject();
        foreach (var refusal in ReleasedRefusals.Names)
        {
            recorded["problems"]!.AsObject().Remove(refusal);
        }

        // The one difference, and it is meant: a second process that says nothing of what it holds begins clean (docs/deploys.md).
        var second = recorded["acks"]!["otherProcess"]!;
        (second["resumed"], second["correlationId"]) = (false, (string?)now["acks"]!["otherProcess"]!["correlationId"]);

        var acks = recorded["acks"]!.AsObject().Select(ack => ack.Key);
        Assert.Equal(
            acks.SelectMany(ack => inAcks.Select(field => $"/acks/{ack}/{field}")).Order(StringComparer.Ordinal),
            Transcript.Extras(recorded, now).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("dotnet")]
    [InlineData("javascript")]
    public void What_negotiate_refuses_is_what_it_was(string sdk)
    {
        JsonObject now = null!;
        TestApp.Run(async app => now = await new ReleasedRefusals(app, ReleasedWire.Read()["apps"]![sdk]!).PlayAsync());
        Assert.Equal(ReleasedRefusals.Names.Order(), now.Select(refusal => refusal.Key).Order());
        foreach (var (name, problem) in now)
        {
            Assert.Empty(Transcript.Extras(ReleasedWire.Server($"problems/{name}"), problem, name));
        }
    }

    [Fact]
    public void The_recording_has_nothing_that_the_released_version_did_not_know()
    {
        var heard = ReleasedWire.Server("heard").AsObject().SelectMany(h => ((string)h.Value!).Split(',')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["ack", "message", "stop", "subscriptions", "superseded"], heard.Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain("takeOverToken", ReleasedWire.Server("webhooks").ToJsonString());
        Assert.DoesNotContain("handedOver", ReleasedWire.Read().ToJsonString());
    }
}
