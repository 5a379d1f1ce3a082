using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Tests.Telemetry;
using Lifecycle.Functions.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Functions.Tests.Webhooks;

public sealed class WebhookSenderTests
{
    static readonly SigningSecrets secrets = SigningSecrets.Of(WebhookSecret.Make());
    static readonly WebhookRequest request = new("wh_1", "resurrection_request", "s1", "p", "c1", "r1", 2, "grace_expired", TimeoutMs: 300);

    // But for how long it took, which it says of every answer and failure.
    static async Task<WebhookResult> Send(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> app, string url = "http://app.example/hook")
    {
        var sender = new WebhookSender(new WebhookTransport(new Handler(app)), TestMetrics.Shared, TimeProvider.System, NullLogger<WebhookSender>.Instance);
        var start = TimeProvider.System.GetTimestamp();
        var result = await sender.SendAsync(url, secrets, request.ToMessage());
        Assert.InRange(result.TookMs!.Value, 0, TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        return result with { TookMs = null };
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

    // A text that Uri takes and IDN does not: the activity threw, which looked like a failure of this side.
    [Fact]
    public async Task Send_ToAHostThatIsNoName_IsAnUnknownHost()
    {
        var result = await Send((message, _) => Task.FromResult(new HttpResponseMessage(message.RequestUri!.IdnHost.Length > 0 ? HttpStatusCode.OK : 0)), "http://xn--ü/");
        Assert.Equal(WebhookResult.FromFailure(WebhookFailure.UnknownHost), result);
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

    public static TheoryData<string, WebhookVerdict, HttpRequestException> Failures() => new()
    {
        { "refused", WebhookVerdict.ComingBack, Connection(new SocketException((int)SocketError.ConnectionRefused)) },
        { "network", WebhookVerdict.ComingBack, Connection(new SocketException((int)SocketError.ConnectionReset)) },
        { "network", WebhookVerdict.ComingBack, Connection(new SocketException((int)SocketError.HostUnreachable)) },
        { "timeout", WebhookVerdict.ComingBack, Connection(new SocketException((int)SocketError.TimedOut)) },
        { "timeout", WebhookVerdict.ComingBack, Connection(new TimeoutException()) },
        { "unknown_host", WebhookVerdict.PerhapsGone, Connection(new SocketException((int)SocketError.HostNotFound)) },
        { "unknown_host", WebhookVerdict.PerhapsGone, Connection(new SocketException((int)SocketError.NoData)) },
        { "unknown_host", WebhookVerdict.PerhapsGone, new HttpRequestException(HttpRequestError.NameResolutionError) },
        { "name_service", WebhookVerdict.ComingBack, new HttpRequestException(HttpRequestError.NameResolutionError, inner: new SocketException((int)SocketError.TryAgain)) },
        { "name_service", WebhookVerdict.ComingBack, Connection(new SocketException((int)SocketError.NoRecovery)) },
        { "tls", WebhookVerdict.PerhapsGone, new HttpRequestException(HttpRequestError.SecureConnectionError, inner: new AuthenticationException()) },
        { "network", WebhookVerdict.ComingBack, new HttpRequestException(HttpRequestError.SecureConnectionError, inner: new IOException()) },
        { "network", WebhookVerdict.ComingBack, new HttpRequestException(HttpRequestError.ResponseEnded) },
        { "network", WebhookVerdict.ComingBack, new HttpRequestException(HttpRequestError.InvalidResponse) },
        { "forbidden_target", WebhookVerdict.Rejected, Connection(new ForbiddenTargetException()) },
    };

    static HttpRequestException Connection(Exception inner) => new(HttpRequestError.ConnectionError, inner: inner);

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Send_ThatFails_SaysHow(string detail, WebhookVerdict verdict, HttpRequestException failure) =>
        Assert.Equal(new WebhookResult(verdict, detail), await Send((_, _) => throw failure));

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

    // Third parties write the header, and it goes into state and log.
    [Theory]
    [InlineData("i1", "i1")]
    [InlineData("", null)]
    [InlineData("two words", null)]
    [InlineData("i1, i2", null)]
    [InlineData("<script>", null)]
    public async Task Send_AnsweredWithAHolder_TakesAnIdentifierOnly(string header, string? holder) =>
        Assert.Equal(holder, (await SendHeld(header)).HeldBy);

    [Fact]
    public async Task Send_AnsweredWithAHolderThatIsTooLong_TakesNone()
    {
        Assert.Equal(new string('i', 128), (await SendHeld(new string('i', 128))).HeldBy);
        Assert.Null((await SendHeld(new string('i', 129))).HeldBy);
    }

    [Fact]
    public async Task Send_AnsweredWithAHolderInTheBody_TakesNone()
    {
        var result = await Send((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{\"heldBy\":\"i1\"}") }));
        Assert.Equal(WebhookResult.FromStatus(200), result);
    }

    static Task<WebhookResult> SendHeld(string header) => Send((_, _) =>
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK);
        answer.Headers.TryAddWithoutValidation("x-lifecycle-held-by", header);
        return Task.FromResult(answer);
    });

    sealed class Handler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> app) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => app(request, cancellationToken);
    }
}
