using System.Text;
using Lifecycle.SignalREmulator.Tests.Support;
using MessagePack;

namespace Lifecycle.SignalREmulator.Tests.Rest;

public sealed class RestApiTests
{
    const string User = "s1:com.example/notes @+ü";
    const string Group = "s1/audio %2F 100%";
    const string Message = """{"Target":"m","Arguments":[1]}""";

    public static IEnumerable<object[]> Operations => RestPaths.All.Select(o => new object[] { o.Verb, o.Path });

    static RestPaths.Operation Find(string verb, string path) => RestPaths.All.Single(o => o.Verb == verb && o.Path == path);

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_SomebodyThere_AnswersAsDocumented(string verb, string path)
    {
        await using var emulator = await Emulator.StartAsync();
        var operation = Find(verb, path);
        var client = await emulator.Service.ConnectAsync(User);
        await emulator.Service.Api.AddConnectionToGroupAsync(TestService.Hub, Group, client.Id);
        await emulator.Service.Api.AddUserToGroupAsync(TestService.Hub, User, Group);
        var answer = await RestCall.SendAsync(
            emulator, verb, RestPaths.Fill(path, client.Id, User, Group), body: operation.Send ? Message : null);
        Assert.Equal((operation.Found, null), answer);
        if (operation.Send)
        {
            Assert.Equal(("m", "1"), await client.Calls.NextAsync());
        }
        else if (operation.Closes)
        {
            Assert.True((await client.Closed.NextAsync()).WithClose);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_NobodyThere_AnswersAsDocumented(string verb, string path)
    {
        await using var emulator = await Emulator.StartAsync();
        var operation = Find(verb, path);
        var answer = await RestCall.SendAsync(emulator, verb, RestPaths.Fill(path, "c", User, Group), body: operation.Send ? Message : null);
        Assert.Equal((operation.Missing, operation.MissingCode), answer);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_BadRequests_AreRefusedAndChangeNothing(string verb, string path)
    {
        await using var emulator = await Emulator.StartAsync();
        var operation = Find(verb, path);
        var client = await emulator.Service.ConnectAsync(User);
        var real = RestPaths.Fill(path, client.Id, User, Group);
        var body = operation.Send ? Message : null;
        var health = path == "/api/health";

        Assert.Equal((400, "Error.Request.Invalid"), await RestCall.SendAsync(emulator, verb, real, query: null, body: body));
        Assert.Equal((400, "Error.Request.Invalid"), await RestCall.SendAsync(emulator, verb, real, query: "api-version=latest", body: body));
        if (!health)
        {
            Assert.Equal(401, (await RestCall.SendAsync(emulator, verb, real, body: body, token: null)).Status);
            Assert.Equal(401, (await RestCall.SendAsync(emulator, verb, real, body: body, token: "nonsense")).Status);
            Assert.Equal(401, (await RestCall.SendAsync(emulator, verb, real, body: body, token: RestCall.Token(emulator, real, key: "other"))).Status);
            Assert.Equal(401, (await RestCall.SendAsync(emulator, verb, real, body: body, token: RestCall.Token(emulator, real, age: TimeSpan.FromHours(1)))).Status);
            Assert.Equal(401, (await RestCall.SendAsync(emulator, verb, real, body: body, token: RestCall.Token(emulator, real + "x"))).Status);
            Assert.Equal(401, (await RestCall.SendAsync(emulator, verb, real, body: body, token: emulator.Service.Token(User))).Status);
            Assert.Equal(400, (await RestCall.SendAsync(emulator, verb, real.Replace("/apps/", "/1bad/"), body: body)).Status);
            Assert.Equal(400, (await RestCall.SendAsync(emulator, verb, real, query: $"{RestCall.Version}&application=1bad", body: body)).Status);
        }
        Assert.Equal(405, (await RestCall.SendAsync(emulator, "PATCH", real)).Status);
        Assert.Equal(404, (await RestCall.SendAsync(emulator, verb, real + "/more/than/that", body: body)).Status);
        if (path.Contains("{group}", StringComparison.Ordinal))
        {
            foreach (var bad in new[] { " ", new string('g', 1025) })
            {
                Assert.Equal(400, (await RestCall.SendAsync(emulator, verb, RestPaths.Fill(path, client.Id, User, bad), body: body)).Status);
            }
        }
        Assert.True(client.Client.IsConnected);
        Assert.True(client.Calls.IsEmpty);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"target":""}""", 400)]
    [InlineData("""{"target":5}""", 400)]
    [InlineData("""{"target":"m","arguments":5}""", 400)]
    [InlineData("""{"target":"m"}""", 202)]
    [InlineData("""{"target":"m","arguments":null}""", 202)]
    public async Task Send_Body_IsChecked(string body, int status)
    {
        await using var emulator = await Emulator.StartAsync();
        Assert.Equal(status, (await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:send", body: body)).Status);
    }

    [Fact]
    public async Task Send_OtherTypeOrTooLarge_IsRefused()
    {
        await using var emulator = await Emulator.StartAsync();
        Assert.Equal(415, (await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:send", body: Message, type: "text/plain")).Status);
        Assert.Equal(413, (await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:send", body: new string('x', 1_100_000))).Status);
    }

    [Fact]
    public async Task Send_BinaryEnvelope_ReachesTheClients()
    {
        await using var emulator = await Emulator.StartAsync();
        var client = await emulator.Service.ConnectAsync(User);
        foreach (var protocols in new string[][] { ["json"], ["messagepack"], ["messagepack", "json"] })
        {
            var answer = await RestCall.SendAsync(
                emulator, "POST", "/api/hubs/apps/:send", bytes: Envelope(protocols), type: "application/octet-stream");
            Assert.Equal(202, answer.Status);
            Assert.Equal(("m", "7"), await client.Calls.NextAsync());
        }
        Assert.Equal(400, (await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:send", body: "garbage", type: "application/octet-stream")).Status);
        Assert.Equal(400, (await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:send", bytes: Envelope(["other"]), type: "application/octet-stream")).Status);
    }

    [Fact]
    public async Task SendAndClose_Excluded_AreLeftOut()
    {
        await using var emulator = await Emulator.StartAsync();
        var a = await emulator.Service.ConnectAsync("u");
        var b = await emulator.Service.ConnectAsync("u");
        var c = await emulator.Service.ConnectAsync("u");
        var query = $"{RestCall.Version}&excluded={a.Id}&excluded={b.Id}";
        await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:send", query, Message);
        await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:closeConnections", $"{query}&reason=over%20there");
        Assert.Equal("m", (await c.Calls.NextAsync()).Method);
        Assert.Equal("over there", (await c.Closed.NextAsync()).Error);
        Assert.True(a.Client.IsConnected && b.Client.IsConnected && a.Calls.IsEmpty && b.Calls.IsEmpty);
    }

    [Theory]
    [InlineData("5", 200)]
    [InlineData("0", 200)]
    [InlineData("-1", 400)]
    [InlineData("x", 400)]
    [InlineData("", 400)]
    public async Task UserGroup_TimeToLive_IsChecked(string ttl, int status)
    {
        await using var emulator = await Emulator.StartAsync();
        var answer = await RestCall.SendAsync(emulator, "PUT", "/api/hubs/apps/users/u/groups/g", $"{RestCall.Version}&ttl={ttl}");
        Assert.Equal(status, answer.Status);
    }

    // The first two were answered 500.
    [Theory]
    [InlineData("gaRqc29uxAA=")] // an empty message
    [InlineData("gattZXNzYWdlcGFja8QDApEB")] // one without a target
    [InlineData("gattZXNzYWdlcGFja8QHBpUBgMChbQc=")] // one whose arguments are no array
    public async Task Send_OfAnEnvelopeWithoutAMessage_IsRefused(string envelope)
    {
        await using var emulator = await Emulator.StartAsync();
        Assert.Equal(
            (400, "Error.Request.Invalid"),
            await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:send", bytes: Convert.FromBase64String(envelope), type: "application/octet-stream"));
    }

    static byte[] Envelope(string[] protocols)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(protocols.Length);
        foreach (var protocol in protocols)
        {
            writer.Write(protocol);
            var call = HubInvocation.FromObjects("m", [7]);
            writer.Write(protocol == "json" ? call.JsonFrame : call.MessagePackFrame);
        }
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
