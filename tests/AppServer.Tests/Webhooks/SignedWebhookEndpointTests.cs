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

    readonly Inbox<LifecycleWebhook> _handled = new("handled webhook");
    SignedAddress _address = null!;

    public async Task InitializeAsync() => _address = await SignedAddress.StartAsync(s_keys, webhook => _handled.Add(webhook));

    public Task DisposeAsync() => _address.DisposeAsync().AsTask();

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
        _address.Time.Advance(TimeSpan.FromMinutes(6));
        await AssertRefusedAsync("too-old", await PostAsync(s_keys[0], timestamp: _address.Time.Start.ToUnixTimeSeconds().ToString()));
        await AssertRefusedAsync("too-new", await PostAsync(s_keys[0], timestamp: _address.Time.GetUtcNow().AddMinutes(6).ToUnixTimeSeconds().ToString()));
        Assert.True(_handled.IsEmpty);
    }

    // Signed over the body as it should be, and sent with the one that is given.
    Task<HttpResponseMessage> PostAsync(byte[]? key, string? sent = null, string? timestamp = null)
    {
        timestamp ??= _address.Now;
        var request = _address.NewRequest(new StringContent(sent ?? Body, Encoding.UTF8, "application/json"));
        request.Headers.Add("webhook-id", "w1");
        request.Headers.Add("webhook-timestamp", timestamp);
        if (key is not null) request.Headers.Add("webhook-signature", SignedAddress.Sign(key, "w1", timestamp, Encoding.UTF8.GetBytes(Body)));
        return _address.SendAsync(request);
    }

    static async Task AssertRefusedAsync(string type, HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"urn:lifecycle:webhook:{type}", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("type").GetString());
    }
}
