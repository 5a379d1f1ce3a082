using System.Net;
using System.Net.Sockets;
using Lifecycle.Functions.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Functions.Tests.Webhooks;

public sealed class WebhookSenderTests
{
    static readonly WebhookRequest request = new("wh_1", "resurrection_request", "s1", "p", "c1", "r1", 2, "grace_expired", TimeoutMs: 300);

    static Task<WebhookResult> Send(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> app)
    {
        var sender = new WebhookSender(new WebhookTransport(new Handler(app)), TimeProvider.System, NullLogger<WebhookSender>.Instance);
        return sender.SendAsync("http://app.example/hook", request);
    }

    [Fact]
    public async Task Send_CarriesIdTimeAndBody()
    {
        var seen = "";
        var result = await Send(async (message, cancellation) =>
        {
            seen = $"{message.Method} {message.Headers.GetValues("webhook-id").Single()} {message.Content!.Headers.ContentType} {await message.Content.ReadAsStringAsync(cancellation)}";
            Assert.True(long.TryParse(message.Headers.GetValues("webhook-timestamp").Single(), out _));
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        });
        Assert.Equal(WebhookVerdict.Accepted, result.Verdict);
        Assert.StartsWith("POST wh_1 application/json {\"type\":\"resurrection_request\",\"sessionId\":\"s1\",\"packageName\":\"p\"", seen);
    }

    [Fact]
    public async Task Send_WithoutAnAnswerInTime_IsATimeout()
    {
        var result = await Send(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            throw new InvalidOperationException("never");
        });
        Assert.Equal(new WebhookResult(WebhookVerdict.ComingBack, "timeout"), result);
    }

    public static TheoryData<string, HttpRequestException> Failures() => new()
    {
        { "refused", new HttpRequestException(HttpRequestError.ConnectionError, inner: new SocketException((int)SocketError.ConnectionRefused)) },
        { "network", new HttpRequestException(HttpRequestError.ConnectionError, inner: new SocketException((int)SocketError.ConnectionReset)) },
        { "network", new HttpRequestException(HttpRequestError.ResponseEnded) },
        { "unknown_host", new HttpRequestException(HttpRequestError.NameResolutionError) },
        { "tls", new HttpRequestException(HttpRequestError.SecureConnectionError) },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Send_ThatFails_SaysHow(string detail, HttpRequestException failure) =>
        Assert.Equal(detail, (await Send((_, _) => throw failure)).Detail);

    [Fact]
    public async Task Send_ReadsRetryAfterAsADateToo()
    {
        var result = await Send((_, _) =>
        {
            var busy = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            busy.Headers.RetryAfter = new(TimeProvider.System.GetUtcNow().AddSeconds(30));
            return Task.FromResult(busy);
        });
        Assert.InRange(result.RetryAfterMs!.Value, 28_000, 30_000);
    }

    [Fact]
    public async Task Send_DoesNotFollowRedirects()
    {
        using var transport = WebhookTransport.OverNetwork();
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var serving = ServeRedirectAsync(listener);
        var sender = new WebhookSender(transport, TimeProvider.System, NullLogger<WebhookSender>.Instance);
        Assert.Equal(
            new WebhookResult(WebhookVerdict.Rejected, "http_302"),
            await sender.SendAsync($"http://127.0.0.1:{port}/hook", request with { TimeoutMs = 10_000 }));
        Assert.Equal(1, await serving);
    }

    static async Task<int> ServeRedirectAsync(HttpListener listener)
    {
        var context = await listener.GetContextAsync();
        context.Response.Redirect("/elsewhere");
        context.Response.Close();
        return 1;
    }

    static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    sealed class Handler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> app) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => app(request, cancellationToken);
    }
}
