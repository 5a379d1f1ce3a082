using System.Text;
using System.Text.Json;
using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.SignalR;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class SignalRFunctionTests
{
    const string Connected = """{"type":10}""";

    [Theory]
    [InlineData("apps", "connections", "connected", "application/json", TestHost.AccessKey, 200)]
    [InlineData("APPS", "Connections", "CONNECTED", "application/json; charset=utf-8", TestHost.AccessKey, 200)]
    [InlineData("other", "connections", "connected", "application/json", TestHost.AccessKey, 404)]
    [InlineData("apps", "connections", "reconnected", "application/json", TestHost.AccessKey, 404)]
    [InlineData("apps", "connections", "connected", "application/json", "another key", 401)]
    [InlineData("apps", "connections", "connected", "application/json", null, 401)]
    [InlineData("apps", "connections", "connected", "text/plain", TestHost.AccessKey, 415)]
    [InlineData("apps", "", "connected", "application/json", TestHost.AccessKey, 400)]
    public async Task Connected_OfAllKinds_AnswersTheOfficialStatus(
        string hub, string category, string @event, string contentType, string? key, int status)
    {
        await using var host = await TestHost.StartAsync(typeof(Events));

        Assert.Equal((status, ""), await host.UpstreamAsync(category, @event, Connected, hub, contentType, key));
    }

    [Theory]
    [InlineData("connections", "connected", Connected, 403)]
    [InlineData("connections", "disconnected", """{"type":11}""", 500)]
    [InlineData("messages", "fail", """{"type":1,"target":"fail","arguments":[]}""", 500)]
    [InlineData("messages", "fail", "not json", 500)]
    [InlineData("messages", "fail", """{"type":1,"target":"another","arguments":[]}""", 500)]
    public async Task Function_ThatThrows_AnswersTheOfficialStatus(string category, string @event, string body, int status)
    {
        await using var host = await TestHost.StartAsync(typeof(Failing));

        Assert.Equal((status, ""), await host.UpstreamAsync(category, @event, body));
        Assert.Contains("fail", host.Log.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Invocation_ThatThrows_AnswersACompletionWithTheErrorAndItsStackAsTheOfficialHostDoes()
    {
        await using var host = await TestHost.StartAsync(typeof(Failing));

        var answer = await host.UpstreamAsync("messages", "fail", """{"type":1,"invocationId":"7","target":"fail","arguments":[]}""");

        Assert.Equal(200, answer.Status);
        Assert.Matches(@"^Result: Failure\nException: no luck\nStack: +at \S+Failing\.Fail\(", ErrorOf(answer.Body));
    }

    [Fact]
    public async Task Invocation_WithArguments_BindsThemByNameAndReturnsTheResult()
    {
        await using var host = await TestHost.StartAsync(typeof(Events));

        var answer = await host.UpstreamAsync(
            "messages", "init", """{"type":1,"invocationId":"1","target":"init","arguments":[{"reconnect":true},3,"plain",null]}""");

        Assert.Equal(
            (200, """{"type":3,"invocationId":"1","result":{"ok":true,"text":"{\u0022reconnect\u0022:true} 3 plain none"}}""" + "\u001e"),
            answer);
    }

    [Fact]
    public async Task Send_WithoutAnInvocationId_HasNoBody()
    {
        await using var host = await TestHost.StartAsync(typeof(Events));

        Assert.Equal((200, ""), await host.UpstreamAsync("messages", "init", """{"type":1,"target":"init","arguments":[{},3,"a","b"]}"""));
    }

    [Theory]
    [InlineData("[]", "Exception binding parameter 'context'")]
    [InlineData("[{},1,\"a\",\"b\",2]", "Exception binding parameter 'context'")]
    [InlineData("[{},\"x\",\"a\",\"b\"]", "Cannot convert input parameter 'version'")]
    [InlineData("[{},null,\"a\",\"b\"]", "Could not populate the value for 'version'")]
    [InlineData("[\"text\",1,\"a\",\"b\"]", "Cannot convert input parameter 'payload'")]
    public async Task Invocation_WithArgumentsThatDoNotFit_AnswersAnError(string arguments, string error)
    {
        await using var host = await TestHost.StartAsync(typeof(Events));

        var (status, body) = await host.UpstreamAsync(
            "messages", "init", $$"""{"type":1,"invocationId":"1","target":"init","arguments":{{arguments}}}""");

        Assert.Equal(200, status);
        Assert.Contains(error, ErrorOf(body));
    }

    static string ErrorOf(string body)
    {
        using var completion = JsonDocument.Parse(body.TrimEnd('\u001e'));
        return completion.RootElement.GetProperty("error").GetString()!;
    }

    [Fact]
    public async Task Context_OfAMessage_CarriesEverythingOfTheRequest()
    {
        var seen = new List<SignalRInvocationContext>();
        await using var host = await TestHost.StartAsync(b => b.Services.AddSingleton(seen), typeof(Recorder));

        await host.UpstreamAsync("messages", "Free", """{"type":1,"target":"free","arguments":[1,"a",{"b":2}]}""");
        await host.UpstreamAsync("connections", "disconnected", """{"type":11,"error":"gone"}""");

        var message = seen[0];
        Assert.Equal(("c1", "s1:notes", "apps", "Free", SignalRInvocationCategory.Messages), (message.ConnectionId, message.UserId, message.Hub, message.Event, message.Category));
        Assert.Equal(["1", "\"a\"", """{"b":2}"""], message.Arguments!.Select(a => ((JsonElement)a).GetRawText()));
        Assert.Equal(("i1", "app", "a"), (message.Query["instanceId"].ToString(), message.Claims["role"].ToString(), message.Claims["zone"].ToString()));
        Assert.Equal("s1:notes", message.Headers["x-asrs-user-id"]);
        Assert.Equal(("gone", SignalRInvocationCategory.Connections, null), (seen[1].Error, seen[1].Category, seen[1].Arguments));
    }

    [Fact]
    public async Task Webhook_OverHttp_AnswersAsInProcess()
    {
        await using var host = await TestHost.StartAsync(typeof(Events));

        using var answer = await host.Http.SendAsync(Webhook("connected", TestHost.AccessKey), default);
        using var refused = await host.Http.SendAsync(Webhook("connected", "another key"), default);

        Assert.Equal((200, 401), ((int)answer.StatusCode, (int)refused.StatusCode));
        Assert.Equal(405, (await host.SendAsync("GET", "/runtime/webhooks/signalr")).Status);
    }

    [Fact]
    public async Task VirtualClient_OfTheEmbeddedEmulator_ReachesTheFunctions()
    {
        await using var host = await TestHost.StartAsync(typeof(Events));
        var core = host.Host.Services.GetRequiredService<SignalRServiceCore>();
        var client = new VirtualClient(core);

        await client.ConnectAsync("http://localhost:8888/client/?hub=apps", Token(core));
        var result = await client.InvokeAsync("init", new { }, 3, "a", "b");

        Assert.Equal("{} 3 a b", result!.Value.GetProperty("text").GetString());
    }

    static string Token(SignalRServiceCore core) => AccessToken.Create(
        core.ConnectionString.AccessKey,
        core.ConnectionString.ClientAudience("apps"),
        core.TimeProvider.GetUtcNow(),
        TimeSpan.FromHours(1),
        [new(AccessToken.UserIdClaim, "s1:notes")]);

    static HttpRequestMessage Webhook(string @event, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/runtime/webhooks/signalr?code=any")
        {
            Content = new StringContent(Connected, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-ASRS-Connection-Id", "c1");
        request.Headers.Add("X-ASRS-Hub", "apps");
        request.Headers.Add("X-ASRS-Category", "connections");
        request.Headers.Add("X-ASRS-Event", @event);
        request.Headers.Add("X-ASRS-Signature", UpstreamSignature.Create(key, "c1"));
        return request;
    }

    public sealed record Answer(
        [property: System.Text.Json.Serialization.JsonPropertyName("ok")] bool Ok,
        [property: System.Text.Json.Serialization.JsonPropertyName("text")] string Text);

    public sealed class Events
    {
        [Function("OnConnected")]
        public Task OnConnected([SignalRTrigger("Apps", "connections", "connected")] SignalRInvocationContext context) => Task.CompletedTask;

        [Function("Init")]
        public async Task<Answer> Init(
            [SignalRTrigger("apps", "messages", "init", "payload", "version", "text", "Nothing")] SignalRInvocationContext context,
            JsonElement payload,
            int version,
            string text,
            string? nothing)
        {
            await Task.Yield();
            return new(true, $"{payload.GetRawText()} {version} {text} {nothing ?? "none"}");
        }
    }

    public static class Failing
    {
        [Function("OnConnected")]
        public static void OnConnected([SignalRTrigger("apps", "connections", "connected")] SignalRInvocationContext context) =>
            throw new InvalidOperationException("no luck");

        [Function("OnDisconnected")]
        public static void OnDisconnected([SignalRTrigger("apps", "connections", "disconnected")] SignalRInvocationContext context) =>
            throw new InvalidOperationException("no luck");

        [Function("Fail")]
        public static Task<string> Fail([SignalRTrigger("apps", "messages", "fail")] SignalRInvocationContext context) =>
            throw new InvalidOperationException("no luck");
    }

    public sealed class Recorder(List<SignalRInvocationContext> seen)
    {
        [Function("Free")]
        public void Free([SignalRTrigger("apps", "messages", "free")] SignalRInvocationContext context) => seen.Add(context);

        [Function("OnDisconnected")]
        public void OnDisconnected([SignalRTrigger("apps", "connections", "disconnected")] SignalRInvocationContext context) => seen.Add(context);
    }
}
