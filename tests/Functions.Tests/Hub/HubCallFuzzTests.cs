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

    // What is refused as it stands, and what the host of the functions refuses before they are asked.
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
                var answer = await CallAsync(app, client.ConnectionId!, method, [.. "{\"type\":1,\"invocationId\":\"1\",\"target\":\""u8, .. Encoding.UTF8.GetBytes(method), .. "\",\"arguments\":"u8, .. made.Bytes, (byte)'}']);
                AssertTyped(answer, $"{method} {made}");
            }
        }

        await app.Settle();
        Assert.True((await client.InvokeAsync("init", new { reconnect = true }))!.Value.GetProperty("ok").GetBoolean());
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    static void AssertTyped(TestApp.Answer answer, string what)
    {
        Assert.True(answer.Status is 200 or 400, $"{what}: {answer.Status} {answer.Text}");
        if (answer.Status == 400)
        {
            return;
        }

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
