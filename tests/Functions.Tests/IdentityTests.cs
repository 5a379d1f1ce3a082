using System.Text;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests;

/// <summary>A client can only ever act as the session and package that its signed token names.</summary>
public sealed class IdentityTests
{
    [Fact]
    public void A_call_that_names_another_session_acts_on_the_callers_own() => TestApp.Run(async app =>
    {
        await app.StartAsync("s1");
        await app.StartAsync("s2");
        var (one, two) = (await app.AttachAsync("s1"), await app.AttachAsync("s2"));
        var other = (await app.SessionAsync("s2")).GetRawText();

        await one.InvokeAsync("setSubscriptions", new[] { "audio" }, 0);
        await one.InvokeAsync("init", new { reconnect = false, sessionId = "s2", packageName = TestApp.Package, connectionId = two.ConnectionId });
        await one.InvokeAsync("release");
        await app.Settle();

        Assert.Equal(other, (await app.SessionAsync("s2")).GetRawText());
        Assert.True((await app.SessionAsync("s1")).GetProperty("released").GetBoolean());
    });

    [Theory]
    [InlineData("wrong-key-0123456789")]
    [InlineData("test-key-012345678")]
    [InlineData("TEST-KEY-0123456789")]
    public void Negotiate_WithAnotherKey_IsUnauthorized(string key) => TestApp.Run(async app =>
    {
        var answer = await app.CallAsync("POST", "/api/negotiate", new { sessionId = "s1", packageName = TestApp.Package }, ("x-api-key", key));
        Assert.Equal(401, answer.Status);
    });

    [Fact]
    public void Negotiate_WithTheKeyOfAnotherApp_IsUnauthorized() => TestApp.Run(async app =>
    {
        var made = await app.CallAsync("PUT", "/api/apps/com.example.other", new { webhookUrl = "http://other.example/" });
        var key = made.Json.GetProperty("apiKey").GetString()!;
        Assert.Equal(401, (await Negotiate(TestApp.Package, key)).Status);
        Assert.Equal(200, (await Negotiate("com.example.other", key)).Status);

        Task<TestApp.Answer> Negotiate(string package, string apiKey) =>
            app.CallAsync("POST", "/api/negotiate", new { sessionId = "s1", packageName = package }, ("authorization", "Bearer " + apiKey));
    });

    [Fact]
    public void A_token_that_was_not_signed_by_us_opens_nothing() => TestApp.Run(async app =>
    {
        var core = app.Services.GetRequiredService<SignalRServiceCore>();
        var client = new VirtualClient(core);
        var answer = await app.CallAsync("POST", "/api/negotiate", new { sessionId = "s1", packageName = TestApp.Package }, ("x-api-key", TestApp.Key));
        var token = answer.Json.GetProperty("accessToken").GetString()!.Split('.');
        var payload = Encoding.UTF8.GetString(Base64(token[1])).Replace("s1:", "s2:");
        var forged = $"{token[0]}.{Convert.ToBase64String(Encoding.UTF8.GetBytes(payload)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.{token[2]}";
        await Assert.ThrowsAsync<ClientRefusedException>(() => client.ConnectAsync(answer.Json.GetProperty("url").GetString()!, forged));
    });

    [Fact]
    public void An_upstream_event_without_the_services_signature_is_unauthorized() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var before = app.Everything();
        var request = new UpstreamRequest(
            new Dictionary<string, string>
            {
                ["X-ASRS-Connection-Id"] = "c1",
                ["X-ASRS-Hub"] = "apps",
                ["X-ASRS-Category"] = "connections",
                ["X-ASRS-Event"] = "connected",
                ["X-ASRS-User-Id"] = $"s1:{TestApp.Package}",
                ["X-ASRS-Signature"] = "sha256=00",
            },
            "application/json",
            """{"type":10}"""u8.ToArray());
        var response = await app.Services.GetRequiredService<ISignalRInvoker>().SendAsync(request, CancellationToken.None);
        await app.Settle();
        Assert.Equal(401, response.StatusCode);
        Assert.Equal(before, app.Everything());
    });

    static byte[] Base64(string url) => Convert.FromBase64String(url.Replace('-', '+').Replace('_', '/').PadRight((url.Length + 3) / 4 * 4, '='));
}
