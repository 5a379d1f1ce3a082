using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.SignalREmulator.Tests.Upstream;

public sealed class UpstreamEventTests
{
    readonly TestService service = new();

    [Fact]
    public async Task Connected_HasTheHeadersAndBodyOfTheService()
    {
        var client = new TestClient(service.Core);
        await client.Client.ConnectAsync($"{service.Url}&role=main&access_token=secret", service.Token("s1:p1", ("plan", "gold")));
        var connected = await service.Upstream.NextAsync("connected");
        var headers = connected.Request.Headers;
        Assert.Equal("{\"type\":10}", connected.Body);
        Assert.Equal("application/json", connected.Request.ContentType);
        Assert.Equal(client.Id, headers["X-ASRS-Connection-Id"]);
        Assert.Equal("apps", headers["X-ASRS-Hub"]);
        Assert.Equal("connections", headers["X-ASRS-Category"]);
        Assert.Equal("connected", headers["x-asrs-event"]);
        Assert.Equal("s1:p1", headers["X-ASRS-User-Id"]);
        Assert.Equal("?hub=apps&role=main", headers["X-ASRS-Client-Query"]);
        Assert.Contains("plan: gold, ", headers["X-ASRS-User-Claims"] + ", ");
        var hmac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(service.Core.Options.AccessKey), Encoding.UTF8.GetBytes(client.Id));
        Assert.Equal($"sha256={Convert.ToHexString(hmac)}", headers["X-ASRS-Signature"], ignoreCase: true);
    }

    [Fact]
    public async Task Connected_AnonymousClient_HasNoUserHeader()
    {
        await service.ConnectAsync();
        Assert.False((await service.Upstream.NextAsync("connected")).Request.Headers.ContainsKey("X-ASRS-User-Id"));
    }

    // With a hub of no functions in the service, its connections took the faults that were meant for others.
    [Fact]
    public async Task Events_OfAHubThatTheUpstreamDoesNotTake_GoNowhereAndMeetNoFault()
    {
        service.Upstream.Hub = "another";
        service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Lose, Count = 1 });
        var client = await service.ConnectAsync("u");
        Assert.Contains("404", (await Assert.ThrowsAsync<HubException>(() => client.Client.InvokeAsync("echo", "x"))).Message);
        Assert.True(client.Client.IsConnected);
        Assert.True(service.Upstream.Events.IsEmpty);
        Assert.Single(service.Core.Faults.Rules);
    }

    [Fact]
    public async Task Message_HasTheCallAsItCame()
    {
        var client = await service.ConnectAsync("u");
        client.Client.Send("setSubscriptions", new[] { "audio" }, 2);
        var sent = await service.Upstream.NextAsync("setSubscriptions");
        Assert.Equal("messages", sent.Request.Headers["X-ASRS-Category"]);
        Assert.Equal("""{"type":1,"target":"setSubscriptions","arguments":[["audio"],2]}""", sent.Body);
        await client.Client.InvokeAsync("echo", "x");
        Assert.Equal("""{"type":1,"invocationId":"1","target":"echo","arguments":["x"]}""", (await service.Upstream.NextAsync("echo")).Body);
    }

    [Fact]
    public async Task Disconnected_AfterADrop_CarriesTheError()
    {
        var client = await service.ConnectAsync("u");
        client.Client.Drop();
        var body = (await service.Upstream.NextAsync("disconnected")).Body;
        Assert.Equal(11, JsonDocument.Parse(body).RootElement.GetProperty("type").GetInt32());
        Assert.NotEqual("", JsonDocument.Parse(body).RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public void Verify_Signature_TakesAnyOfTheListAndNothingElse()
    {
        var good = UpstreamSignature.Create("key", "id");
        Assert.True(UpstreamSignature.Verify(good, "key", "id"));
        Assert.True(UpstreamSignature.Verify($"sha256=00, {good.ToUpperInvariant()}", "key", "id"));
        Assert.False(UpstreamSignature.Verify(good, "other", "id"));
        Assert.False(UpstreamSignature.Verify(good, "key", "other"));
        Assert.False(UpstreamSignature.Verify(null, "key", "id"));
        Assert.False(UpstreamSignature.Verify("", "key", "id"));
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "{}")]
    [InlineData("application/json", "{\"type\":\"x\"}")]
    [InlineData("application/json", "{\"type\":1,\"arguments\":5}")]
    [InlineData("application/x-msgpack", "")]
    [InlineData("application/x-msgpack", "hello")]
    public void Read_BadBody_Throws(string type, string body)
        => Assert.Throws<InvalidDataException>(() => UpstreamMessage.Read(type, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Read_OtherContentType_IsNotSupported()
        => Assert.Throws<NotSupportedException>(() => UpstreamMessage.Read("text/plain", default));
}
