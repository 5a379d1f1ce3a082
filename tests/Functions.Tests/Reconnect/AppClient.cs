using System.Text.Json;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>One connection of an app, and all that came over it.</summary>
sealed class AppClient
{
    AppClient(VirtualClient socket)
    {
        Socket = socket;
        socket.Invoked += (target, arguments) => Received.Add((target, arguments[0]));
        socket.Closed += end => Reason = end.Error ?? "";
    }

    public VirtualClient Socket { get; }

    public List<(string Target, JsonElement Payload)> Received { get; } = [];

    /// <summary>Why it was closed; null while it is open.</summary>
    public string? Reason { get; private set; }

    public IReadOnlyList<JsonElement> Of(string target) => [.. Received.Where(r => r.Target == target).Select(r => r.Payload)];

    public JsonElement Ack => Of("ack")[^1];

    public string Token => Ack.GetProperty("token").GetString()!;

    public IReadOnlyList<(long Seq, string Body)> Messages =>
        [.. Of("message").Select(m => (m.GetProperty("seq").GetInt64(), m.GetProperty("body").GetRawText()))];

    public static Task<TestApp.Answer> NegotiateAsync(
        TestApp app, string instance = "i1", bool? reconnect = null, string? token = null, long? lastSeq = null, string session = "s1") =>
        app.CallAsync(
            "POST",
            "/api/negotiate",
            new { sessionId = session, packageName = TestApp.Package, instanceId = instance, reconnect, reconnectToken = token, lastSeq },
            ("x-api-key", TestApp.Key));

    public static async Task<AppClient> AttachAsync(
        TestApp app, string instance = "i1", bool? reconnect = null, string? token = null, long? lastSeq = null, string session = "s1")
    {
        var answer = await NegotiateAsync(app, instance, reconnect, token, lastSeq, session);
        Assert.Equal(200, answer.Status);
        return await ConnectAsync(app, answer);
    }

    public static async Task<AppClient> ConnectAsync(TestApp app, TestApp.Answer negotiated)
    {
        var client = new AppClient(new VirtualClient(app.Services.GetRequiredService<SignalRServiceCore>()));
        await client.Socket.ConnectAsync(
            negotiated.Json.GetProperty("url").GetString()!, negotiated.Json.GetProperty("accessToken").GetString()!);
        await app.Settle();
        return client;
    }
}
