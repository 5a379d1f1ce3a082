using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Sdk.Tests.Support;

/// <summary>The webhook address of an application that has webhook secrets, on a clock of its own.</summary>
sealed class SignedAddress : IAsyncDisposable
{
    readonly HttpClient _http = new();
    readonly AppServer _server;
    readonly WebApplication _app = Loopback.NewBuilder().Build();

    SignedAddress(IEnumerable<byte[]> keys) => _server = new AppServer(
        new AppServerOptions
        {
            LifecycleUrl = new Uri("http://localhost:7071"),
            PackageName = "com.example.notes",
            ApiKey = "key-1",
            WebhookSecrets = [.. keys.Select(SecretOf)],
        },
        time: Time);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>The clock's time, as a webhook says it.</summary>
    public string Now => Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static async Task<SignedAddress> StartAsync(IEnumerable<byte[]> keys, Func<LifecycleWebhook, Task> handle)
    {
        var address = new SignedAddress(keys);
        address._app.MapLifecycleWebhook("/hook", async (webhook, _) =>
        {
            await handle(webhook);
            return WebhookAnswer.Accepted;
        }, address._server);
        await address._app.StartAsync();
        return address;
    }

    public static string SecretOf(byte[] key) => "whsec_" + Convert.ToBase64String(key);

    public static string Sign(byte[] key, string id, string time, byte[] body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body]));

    /// <summary>A webhook to this address, not signed yet.</summary>
    public HttpRequestMessage NewRequest(HttpContent content) => new(HttpMethod.Post, _app.Urls.First() + "/hook") { Content = content };

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _server.DisposeAsync();
    }
}
