using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lifecycle.Fuzzing;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Hub;

/// <summary>Calls of hub methods as the SignalR service passes them on, whatever a client put into its frame.</summary>
public sealed class HubCallFuzzTests
{
    const int Cases = 800;

    static readonly (string Method, string Arguments)[] calls =
    [
        ("init", """[{"reconnect":true,"instanceId":"i1"}]"""),
        ("setSubscriptions", """[["audio","video/x"],0]"""),
        ("done", """[{"seq":0,"failed":[{"seq":1,"error":"x"}],"last":false}]"""),
        ("handOver", "[]"),
    ];

    static readonly string[] refusals = ["invalid_argument", "too_large"];

    [Fact]
    public void Every_call_with_whatever_arguments_is_answered_with_a_typed_error_or_taken() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        foreach (var (method, arguments) in calls)
        {
            foreach (var made in FuzzRun.Of(Cases, new JsonCases(arguments).Next))
            {
                var body = BodyOf(method, made.Bytes);
                if (IsPassedOn(body))
                {
                    AssertTyped(await CallAsync(app, client.ConnectionId!, method, body), $"{method} {made}");
                }
            }
        }

        await app.Settle();
        Assert.True((await client.InvokeAsync("init", new { reconnect = true }))!.Value.GetProperty("ok").GetBoolean());
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    static byte[] BodyOf(string method, byte[] arguments) =>
        [.. Encoding.UTF8.GetBytes($"{{\"type\":1,\"invocationId\":\"1\",\"target\":\"{method}\",\"arguments\":"), .. arguments, (byte)'}'];

    // The service passes on what it can read itself; what it cannot is FrameFuzzTests'.
    static bool IsPassedOn(byte[] body) => Record.Exception(() => UpstreamMessage.Read(UpstreamMessage.JsonType, body)) is not InvalidDataException;

    static void AssertTyped(TestApp.Answer answer, string what)
    {
        Assert.True(answer.Status == 200, $"{what}: {answer.Status} {answer.Text}");
        var completion = JsonSerializer.Deserialize<JsonElement>(answer.Text.TrimEnd('\u001e'));
        Assert.True(completion.TryGetProperty("result", out var result), $"{what}: {answer.Text}");
        Assert.True(
            result.GetProperty("ok").GetBoolean() || refusals.Contains(result.GetProperty("error").GetProperty("code").GetString()), $"{what}: {answer.Text}");
    }

    static Task<TestApp.Answer> CallAsync(TestApp app, string connection, string method, byte[] body) => app.SendBytesAsync(
        "POST", "/runtime/webhooks/signalr", body, "application/json",
        ("X-ASRS-Connection-Id", connection),
        ("X-ASRS-Hub", "apps"),
        ("X-ASRS-Category", "messages"),
        ("X-ASRS-Event", method),
        ("X-ASRS-User-Id", $"s1:{TestApp.Package}"),
        ("X-ASRS-Signature", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(KeyOf(app)), Encoding.UTF8.GetBytes(connection)))}"));

    static string KeyOf(TestApp app) => app.Services.GetRequiredService<SignalRServiceCore>().Options.AccessKey;
}
