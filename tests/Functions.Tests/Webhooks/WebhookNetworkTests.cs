using System.Net;
using System.Net.Sockets;
using System.Text;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Tests.Telemetry;
using Lifecycle.Functions.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Functions.Tests.Webhooks;

/// <summary>Webhooks over real sockets: what the network does, and what it must not be used for.</summary>
public sealed class WebhookNetworkTests
{
    static readonly SigningSecrets secrets = SigningSecrets.Of(WebhookSecret.Make());

    static async Task<WebhookResult> SendAsync(
        string url, bool allowPrivate = true, WebhookConnector.Resolver? resolve = null, int timeoutMs = 10_000)
    {
        using var transport = WebhookTransport.OverNetwork(new WebhookTargets(allowPrivate), TimeProvider.System, resolve ?? Dns.GetHostAddressesAsync);
        var sender = new WebhookSender(transport, TestMetrics.Shared, TimeProvider.System, NullLogger<WebhookSender>.Instance);
        return await sender.SendAsync(url, secrets, new WebhookMessage("wh_1", "resurrection_request", "s1:p", 1, timeoutMs, now => new { now })) with { TookMs = null };
    }

    static WebhookConnector.Resolver Answering(params string[] addresses) => (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray());

    static WebhookConnector.Resolver Failing(SocketError error) => (_, _) => Task.FromException<IPAddress[]>(new SocketException((int)error));

    [Theory]
    [InlineData("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n", WebhookVerdict.Accepted, "http_202")]
    [InlineData("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", WebhookVerdict.Accepted, "http_204")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", WebhookVerdict.Rejected, "http_101")]
    [InlineData("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", WebhookVerdict.Gone, "http_410")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\n\r\n<html>no such pod", WebhookVerdict.ComingBack, "http_502")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", WebhookVerdict.ComingBack, "network")]
    [InlineData("", WebhookVerdict.ComingBack, "network")]
    [InlineData("HTTP/1.1 20", WebhookVerdict.ComingBack, "network")]
    public async Task Send_SaysWhatTheAnswerWas(string answer, WebhookVerdict verdict, string detail)
    {
        await using var app = new RawServer(answer);
        Assert.Equal(new WebhookResult(verdict, detail), await SendAsync(app.Url));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Send_DoesNotFollowRedirects(int status)
    {
        await using var other = new RawServer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        await using var app = new RawServer($"HTTP/1.1 {status} Moved\r\nlocation: {other.Url}\r\ncontent-length: 0\r\n\r\n");
        Assert.Equal(new WebhookResult(WebhookVerdict.Redirected, $"http_{status}"), await SendAsync(app.Url));
        Assert.Equal((1, 0), (app.Connections, other.Connections));
    }

    [Theory]
    [InlineData("120", 119_000d, 120_000d)]
    [InlineData("date", 28_000d, 30_000d)]
    [InlineData("999999999", 86_400_000d, 86_400_000d)]
    [InlineData("2147483648", 86_400_000d, 86_400_000d)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 86_400_000d, 86_400_000d)]
    [InlineData("-5", null, null)]
    [InlineData("soon", null, null)]
    [InlineData("99999999999999999999", 86_400_000d, 86_400_000d)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", null, null)]
    public async Task Send_ReadsRetryAfterInBothForms(string text, double? least, double? most)
    {
        var value = text == "date" ? TimeProvider.System.GetUtcNow().AddSeconds(30).ToString("r") : text;
        await using var app = new RawServer($"HTTP/1.1 503 Service Unavailable\r\nretry-after: {value}\r\ncontent-length: 0\r\n\r\n");
        var result = await SendAsync(app.Url);
        Assert.Equal((WebhookVerdict.ComingBack, "http_503"), (result.Verdict, result.Detail));
        Assert.True(least is null ? result.RetryAfterMs is null : result.RetryAfterMs >= least && result.RetryAfterMs <= most, $"{text} was read as {result.RetryAfterMs} ms");
    }

    [Fact]
    public async Task Send_WhereNobodyListens_IsRefused() =>
        Assert.Equal(new WebhookResult(WebhookVerdict.ComingBack, "refused"), await SendAsync($"http://127.0.0.1:{RawServer.FreePort()}/"));

    [Fact]
    public async Task Send_ThatIsReset_IsANetworkFailure()
    {
        await using var app = new RawServer((socket, _) =>
        {
            socket.LingerState = new LingerOption(true, 0); // Closing now sends a reset.
            socket.Close();
            return Task.CompletedTask;
        });
        Assert.Equal(new WebhookResult(WebhookVerdict.ComingBack, "network"), await SendAsync(app.Url));
    }

    [Fact]
    public async Task Send_OfTlsToAServerWithout_IsATlsFailure()
    {
        await using var app = new RawServer("HTTP/1.1 400 Bad Request\r\n\r\n");
        Assert.Equal(new WebhookResult(WebhookVerdict.PerhapsGone, "tls"), await SendAsync(app.Url.Replace("http:", "https:")));
    }

    [Fact]
    public async Task Send_OfTlsThatBreaksOff_IsANetworkFailure()
    {
        await using var app = new RawServer("");
        Assert.Equal(new WebhookResult(WebhookVerdict.ComingBack, "network"), await SendAsync(app.Url.Replace("http:", "https:")));
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, WebhookVerdict.PerhapsGone, "unknown_host")]
    [InlineData(SocketError.NoData, WebhookVerdict.PerhapsGone, "unknown_host")]
    [InlineData(SocketError.TryAgain, WebhookVerdict.ComingBack, "name_service")]
    [InlineData(SocketError.NoRecovery, WebhookVerdict.ComingBack, "name_service")]
    public async Task Send_ToANameThatDoesNotResolve_TellsAnUnknownNameFromASilentNameService(SocketError error, WebhookVerdict verdict, string detail) =>
        Assert.Equal(new WebhookResult(verdict, detail), await SendAsync("http://app.example/", resolve: Failing(error)));

    [Theory]
    [InlineData("to answer")]
    [InlineData("to resolve the name")]
    public async Task Send_HasOneTimeoutOverEverything(string what)
    {
        await using var app = new RawServer((_, ending) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ending));
        var never = new TaskCompletionSource<IPAddress[]>();
        var start = TimeProvider.System.GetTimestamp();
        var result = what == "to answer"
            ? await SendAsync(app.Url, timeoutMs: 200)
            : await SendAsync("http://app.example/", resolve: (_, _) => never.Task, timeoutMs: 200);
        Assert.Equal(new WebhookResult(WebhookVerdict.ComingBack, "timeout"), result);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0.15, 8);
    }

    [Fact]
    public async Task Send_DoesNotReadABodyWithoutEnd()
    {
        var sent = 0L;
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = new RawServer(async (socket, ending) =>
        {
            try
            {
                await socket.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), ending);
                for (var chunk = new byte[64 * 1024]; ;)
                {
                    sent += await socket.SendAsync(chunk, ending);
                }
            }
            catch (SocketException)
            {
                closed.SetResult();
            }
        });
        Assert.Equal(WebhookVerdict.Accepted, (await SendAsync(app.Url)).Verdict);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.InRange(sent, 0, 32 * 1024 * 1024); // What the system's buffers hold.
    }

    [Fact]
    public async Task Send_ThatIsAnsweredWithEndlessHeaders_GivesUp()
    {
        await using var app = new RawServer(async (socket, ending) =>
        {
            await socket.SendAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), ending);
            for (var line = Encoding.ASCII.GetBytes($"x: {new string('x', 1000)}\r\n"); ;)
            {
                await socket.SendAsync(line, ending);
            }
        });
        Assert.Equal(new WebhookResult(WebhookVerdict.ComingBack, "network"), await SendAsync(app.Url));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254", "10.0.0.1", "::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task Send_ToANameThatStandsForThisNetwork_ConnectsToNothing(params string[] addresses)
    {
        await using var inside = new RawServer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        var result = await SendAsync($"http://app.example:{inside.Port}/", allowPrivate: false, Answering(addresses));
        Assert.Equal(new WebhookResult(WebhookVerdict.Rejected, "forbidden_target"), result);
        Assert.Equal(0, inside.Connections);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("localhost")]
    public async Task Send_ToThisMachine_ConnectsToNothing(string host) =>
        Assert.Equal("forbidden_target", (await SendAsync($"http://{host}:{RawServer.FreePort()}/", allowPrivate: false)).Detail);

    [Fact]
    public async Task Send_ResolvesANameOnceForEachConnection_SoThatItConnectsToWhatWasChecked()
    {
        await using var app = new RawServer("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n");
        var asked = 0;
        Task<IPAddress[]> Rebinding(string host, CancellationToken cancellation) =>
            Task.FromResult<IPAddress[]>([IPAddress.Parse(asked++ == 0 ? "127.0.0.1" : "127.0.0.9")]);
        var result = await SendAsync($"http://app.example:{app.Port}/", resolve: Rebinding);
        Assert.Equal(("http_202", 1, 1), (result.Detail, asked, app.Connections));
    }

    [Fact]
    public async Task Send_TriesTheAddressesOfANameInTurn()
    {
        await using var app = new RawServer("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n");
        var result = await SendAsync($"http://app.example:{app.Port}/", resolve: Answering("127.0.0.9", "127.0.0.1"));
        Assert.Equal("http_202", result.Detail);
    }

    [Fact]
    public void OverNetwork_TakesNoProxyAndKeepsNoCookies()
    {
        SocketsHttpHandler? handler = null;
        using var transport = WebhookTransport.OverNetwork(
            new WebhookTargets(allowPrivate: false), TimeProvider.System, Dns.GetHostAddressesAsync, made => handler = made);
        Assert.Equal((false, false, false), (handler!.UseProxy, handler.UseCookies, handler.AllowAutoRedirect));
    }
}
