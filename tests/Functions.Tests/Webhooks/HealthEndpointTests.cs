using System.Net;
using System.Net.Sockets;
using System.Text;
using Lifecycle.Functions.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Functions.Tests.Webhooks;

/// <summary>The GET that asks whether an app is up goes by the same rules as webhooks.</summary>
public sealed class HealthEndpointTests
{
    static async Task<WebhookResult> AskAsync(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> app, string url = "http://app.example/up", TimeProvider? time = null)
    {
        using var transport = new WebhookTransport(new Handler(app));
        return await new HealthEndpoint(transport, time ?? TimeProvider.System).AskAsync(url);
    }

    static async Task<WebhookResult> AskOverNetworkAsync(string url, bool allowPrivate = true, WebhookConnector.Resolver? resolve = null)
    {
        using var transport = WebhookTransport.OverNetwork(new WebhookTargets(allowPrivate), TimeProvider.System, resolve ?? Dns.GetHostAddressesAsync);
        return await new HealthEndpoint(transport, TimeProvider.System).AskAsync(url);
    }

    [Fact]
    public async Task Ask_IsAGetWithoutABody_ThatSaysNothingOfAnybody()
    {
        HttpRequestMessage? seen = null;
        var result = await AskAsync((request, _) =>
        {
            seen = request;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        });
        Assert.Equal(new WebhookResult(WebhookVerdict.Accepted, "http_200"), result);
        Assert.Equal((HttpMethod.Get, null, "http://app.example/up"), (seen!.Method, seen.Content, seen.RequestUri!.ToString()));
        Assert.Equal(["User-Agent"], seen.Headers.Select(header => header.Key));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(299, true)]
    [InlineData(301, false)]
    [InlineData(304, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(410, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task Ask_TakesNothingButA2xxForUp(int status, bool isUp)
    {
        var result = await AskAsync((_, _) => Task.FromResult(new HttpResponseMessage((HttpStatusCode)status)));
        Assert.Equal((isUp, $"http_{status}"), (result.Verdict == WebhookVerdict.Accepted, result.Detail));
    }

    [Fact]
    public async Task Ask_WithoutAnAnswerInTwoSeconds_IsATimeout()
    {
        var time = new FakeTimeProvider();
        var asking = AskAsync(
            async (_, cancellation) =>
            {
                time.Advance(HealthSchedule.Timeout);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                throw new InvalidOperationException("never");
            },
            time: time);
        Assert.Equal(WebhookResult.FromFailure(WebhookFailure.Timeout), await asking);
    }

    [Fact]
    public async Task Ask_WhereNobodyListens_IsRefused() => Assert.Equal(
        WebhookResult.FromFailure(WebhookFailure.Refused),
        await AskAsync((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, inner: new SocketException((int)SocketError.ConnectionRefused))));

    [Fact]
    public async Task Ask_AHostThatIsNoName_IsAnUnknownHost() => Assert.Equal(
        WebhookResult.FromFailure(WebhookFailure.UnknownHost),
        await AskAsync((request, _) => Task.FromResult(new HttpResponseMessage(request.RequestUri!.IdnHost.Length > 0 ? HttpStatusCode.OK : 0)), "http://xn--ü/"));

    [Fact]
    public async Task Ask_DoesNotFollowARedirect()
    {
        await using var other = new RawServer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        await using var app = new RawServer($"HTTP/1.1 302 Found\r\nlocation: {other.Url}\r\ncontent-length: 0\r\n\r\n");
        Assert.Equal(new WebhookResult(WebhookVerdict.Redirected, "http_302"), await AskOverNetworkAsync(app.Url));
        Assert.Equal((1, 0), (app.Connections, other.Connections));
    }

    // What a name stands for can change after it was registered.
    [Theory]
    [InlineData("http://127.0.0.1:9/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::1]/")]
    [InlineData("http://app.example/")]
    public async Task Ask_DoesNotGoToASpecialNetwork(string url) => Assert.Equal(
        WebhookResult.FromFailure(WebhookFailure.Forbidden),
        await AskOverNetworkAsync(url, allowPrivate: false, (_, _) => Task.FromResult(new[] { IPAddress.Parse("10.0.0.7") })));

    [Fact]
    public async Task Ask_DoesNotReadALargeBody()
    {
        var sent = 0L;
        await using var app = new RawServer(async (socket, cancellation) =>
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n"), cancellation);
            var block = new byte[64 * 1024];
            try
            {
                while (sent < 1_000_000_000)
                {
                    sent += await socket.SendAsync(block, cancellation);
                }
            }
            catch (SocketException)
            {
                // Closed by whoever asked.
            }
        });
        Assert.Equal(new WebhookResult(WebhookVerdict.Accepted, "http_200"), await AskOverNetworkAsync(app.Url));
        Assert.InRange(sent, 0, 100_000_000); // no more than the buffers between
    }

    sealed class Handler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}
