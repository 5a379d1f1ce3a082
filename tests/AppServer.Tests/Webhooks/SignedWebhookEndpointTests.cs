using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lifecycle.Sdk.Tests.Support;
using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Sdk.Tests.Webhooks;

/// <summary>The webhook address of an application that has webhook secrets.</summary>
public class SignedWebhookEndpointTests : IAsyncLifetime
{
    const string Body = """{"type":"session_request","sessionId":"s1","packageName":"com.example.notes"}""";

    static readonly byte[][] s_keys = [[.. Enumerable.Repeat((byte)1, 32)], [.. Enumerable.Repeat((byte)2, 24)]];

    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    readonly Inbox<LifecycleWebhook> _handled = new("handled webhook");
    readonly HttpClient _http = new();
    AppServer _server = null!;
    WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _server = new AppServer(
            new AppServerOptions
            {
                LifecycleUrl = new Uri("http://localhost:7071"),
                PackageName = "com.example.notes",
                ApiKey = "key-1",
                WebhookSecrets = [.. s_keys.Select(key => "whsec_" + Convert.ToBase64String(key))],
            },
            time: _time);
        var builder = Loopback.NewBuilder();
        _app = builder.Build();
        _app.MapLifecycleWebhook("/hook", async (webhook, _) =>
        {
            await _handled.Add(webhook);
            return WebhookAnswer.Accepted;
        }, _server);
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_webhook_that_is_signed_with_one_of_the_secrets_is_handled(int key)
    {
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(s_keys[key])).StatusCode);
        Assert.Equal("s1", (await _handled.NextAsync()).SessionId);
    }

    [Fact]
    public async Task Any_other_is_unauthorized_with_the_reason_and_not_handled()
    {
        await AssertRefusedAsync("no-match", await PostAsync(new byte[32]));
        await AssertRefusedAsync("no-match", await PostAsync(s_keys[0], sent: Body.Replace("s1", "s2")));
        await AssertRefusedAsync("missing-header", await PostAsync(key: null));
        await AssertRefusedAsync("malformed-timestamp", await PostAsync(s_keys[0], timestamp: "now"));
        _time.Advance(TimeSpan.FromMinutes(6));
        await AssertRefusedAsync("too-old", await PostAsync(s_keys[0], timestamp: _time.Start.ToUnixTimeSeconds().ToString()));
        await AssertRefusedAsync("too-new", await PostAsync(s_keys[0], timestamp: _time.GetUtcNow().AddMinutes(6).ToUnixTimeSeconds().ToString()));
        Assert.True(_handled.IsEmpty);
    }

    // Signed over the body as it should be, and sent with the one that is given.
    Task<HttpResponseMessage> PostAsync(byte[]? key, string? sent = null, string? timestamp = null)
    {
        timestamp ??= _time.GetUtcNow().ToUnixTimeSeconds().ToString();
        var request = new HttpRequestMessage(HttpMethod.Post, _app.Urls.First() + "/hook") { Content = new StringContent(sent ?? Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", "w1");
        request.Headers.Add("webhook-timestamp", timestamp);
        if (key is not null)
            request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"w1.{timestamp}.{Body}"))));
        return _http.SendAsync(request);
    }

    static async Task AssertRefusedAsync(string type, HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"urn:lifecycle:webhook:{type}", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("type").GetString());
    }
}
