using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Lifecycle.Sdk.Negotiation;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Sdk.Tests.Negotiation;

public class NegotiateClientTests
{
    static readonly AppServerOptions Options = new() { LifecycleUrl = new Uri("http://lifecycle.test/base"), PackageName = "p", ApiKey = "k-1", InstanceId = "i" };
    static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task NegotiateAsync_FirstAttach_SendsKeyAndBodyWithoutAbsentFields()
    {
        var stub = new Stub(() => Json(200, """{"url":"http://s/client/?hub=apps","accessToken":"t","extra":1}"""));
        var outcome = await stub.NegotiateAsync(new NegotiateRequest("s1", "p", "i", false, null));

        var redirect = Assert.IsType<NegotiateOutcome.Redirect>(outcome);
        Assert.Equal(("http://s/client/?hub=apps", "t"), (redirect.Url.AbsoluteUri, redirect.AccessToken));
        Assert.Equal("http://lifecycle.test/base/api/negotiate", stub.Url);
        Assert.Equal("k-1", stub.ApiKey);
        Assert.Equal("""{"sessionId":"s1","packageName":"p","instanceId":"i","reconnect":false}""", stub.Body);
        Assert.Equal(("1", null), (stub.Attempt, stub.ConnectRefused));
    }

    [Fact]
    public async Task NegotiateAsync_Reconnect_SendsHintTokenAndLastSeq()
    {
        var stub = new Stub(() => Json(503, ""));
        await stub.NegotiateAsync(new NegotiateRequest("s1", "p", "i", true, "rt", 12));
        var body = JsonDocument.Parse(stub.Body!).RootElement;
        Assert.True(body.GetProperty("reconnect").GetBoolean());
        Assert.Equal("rt", body.GetProperty("reconnectToken").GetString());
        Assert.Equal(12, body.GetProperty("lastSeq").GetInt64());
    }

    // As headers: a Lifecycle that does not know them would refuse the body for good, and every session would end.
    [Fact]
    public async Task NegotiateAsync_LaterTry_SendsItsNumberAndThatAConnectWasRefused()
    {
        var stub = new Stub(() => Json(503, ""));
        await stub.NegotiateAsync(new NegotiateRequest("s1", "p", "i", null, null, Attempt: 3, ConnectRefused: true));
        Assert.Equal("""{"sessionId":"s1","packageName":"p","instanceId":"i"}""", stub.Body);
        Assert.Equal(("3", "true"), (stub.Attempt, stub.ConnectRefused));
    }

    // As headers too: a Lifecycle of before refuses a body with a field that it does not know.
    [Fact]
    public async Task NegotiateAsync_TakeOver_SendsVersionAndTokenAsHeadersToTheAddress()
    {
        var stub = new Stub(() => Json(503, ""));
        await stub.NegotiateAsync(new NegotiateRequest("s1", "p", "i", false, null, TakeOverToken: "tt", Address: new Uri("http://moved.test/x/")));
        Assert.Equal("""{"sessionId":"s1","packageName":"p","instanceId":"i","reconnect":false}""", stub.Body);
        Assert.Equal(("2", "tt", "http://moved.test/x/api/negotiate"), (stub.Version, stub.TakeOverToken, stub.Url));
    }

    [Fact]
    public async Task NegotiateAsync_NoTakeOver_SendsTheVersionAlone()
    {
        var stub = new Stub(() => Json(503, ""));
        await stub.NegotiateAsync(new NegotiateRequest("s1", "p", "i", false, null));
        Assert.Equal(("2", null), (stub.Version, stub.TakeOverToken));
    }

    [Fact]
    public void Request_Printed_HidesTheTokens() =>
        Assert.DoesNotContain("secret", $"{new NegotiateRequest("s1", "p", "i", false, "secret-1", TakeOverToken: "secret-2")}");

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"url":"http://s/"}""")]
    [InlineData("""{"url":"ftp://s/","accessToken":"t"}""")]
    [InlineData("""{"url":"relative","accessToken":"t"}""")]
    [InlineData("""{"url":5,"accessToken":"t"}""")]
    [InlineData("""{"url":"http://s/","accessToken":""}""")]
    public async Task NegotiateAsync_UnusableAnswer_IsTriedAgain(string body) =>
        Assert.IsType<NegotiateOutcome.Retry>(await Answer(() => Json(200, body)));

    [Fact]
    public async Task NegotiateAsync_OversizedAnswer_IsTriedAgain()
    {
        var body = $$"""{"url":"http://s/","accessToken":"{{new string('t', 70_000)}}"}""";
        Assert.IsType<NegotiateOutcome.Retry>(await Answer(() => Json(200, body)));
    }

    // Half of a pair of surrogates is no text: whoever logs or serializes it gets an error, or another text.
    [Fact]
    public async Task NegotiateAsync_LongDetail_IsNotCutWithinAnEmoji()
    {
        var detail = new string('a', 299) + string.Concat(Enumerable.Repeat("😀", 300));
        var outcome = await Answer(() => Json(401, JsonSerializer.Serialize(new { detail }), "application/problem+json"));
        Assert.Equal(new string('a', 299), Assert.IsType<NegotiateOutcome.Refused>(outcome).Reason.Detail);
    }

    [Fact]
    public async Task NegotiateAsync_ProblemAnswer_IsFinalWithItsDetail()
    {
        var outcome = await Answer(() => Json(401, """{"title":"Unauthorized","detail":"Unknown key","status":401}""", "application/problem+json"));
        Assert.Equal(new NegotiateOutcome.Refused(new EndReason(EndKind.Unauthorized, "Unknown key")), outcome);
    }

    [Theory]
    [InlineData("reconnect_token_invalid", RefusalCode.ReconnectTokenInvalid)]
    [InlineData("reconnect_token_expired", RefusalCode.ReconnectTokenExpired)]
    [InlineData("reconnect_token_mismatch", RefusalCode.ReconnectTokenMismatch)]
    [InlineData("take_over_token_invalid", RefusalCode.TakeOverTokenInvalid)]
    [InlineData("take_over_token_expired", RefusalCode.TakeOverTokenExpired)]
    [InlineData("take_over_token_mismatch", RefusalCode.TakeOverTokenMismatch)]
    public async Task NegotiateAsync_ProblemOfTheToken_IsTriedAgain(string type, string code)
    {
        var body = $$"""{"type":"urn:lifecycle:problem:{{type}}","title":"Unauthorized","status":401}""";
        Assert.Equal(code, Assert.IsType<NegotiateOutcome.Retry>(await Answer(() => Json(401, body, "application/problem+json"))).Refusal.Code);
    }

    [Theory]
    [InlineData(401, "urn:lifecycle:problem:reconnect_token_other", EndKind.Unauthorized)]
    [InlineData(401, "reconnect_token_invalid", EndKind.Unauthorized)]
    [InlineData(403, "urn:lifecycle:problem:reconnect_token_invalid", EndKind.Forbidden)]
    public async Task NegotiateAsync_ProblemOfAnotherKind_IsFinal(int status, string type, EndKind kind)
    {
        var outcome = await Answer(() => Json(status, $$"""{"type":"{{type}}"}""", "application/problem+json"));
        Assert.Equal(kind, Assert.IsType<NegotiateOutcome.Refused>(outcome).Reason.Kind);
    }

    [Theory]
    [InlineData(403, "text/html")]
    [InlineData(404, "application/json")]
    [InlineData(302, "text/html")]
    public async Task NegotiateAsync_StatusOfAGateway_IsTriedAgain(int status, string mediaType) =>
        Assert.IsType<NegotiateOutcome.Retry>(await Answer(() => Json(status, "<html>", mediaType)));

    [Theory]
    [InlineData("5000", 5_000.0)]
    [InlineData("1e9", 600_000.0)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("\"5000\"", null)]
    [InlineData("null", null)]
    public async Task NegotiateAsync_AckWithin_IsPassedOnWithinItsRange(string given, double? expected)
    {
        var outcome = await Answer(() => Json(200, $$"""{"url":"http://s/","accessToken":"t","ackWithinMs":{{given}}}"""));
        Assert.Equal(expected, Assert.IsType<NegotiateOutcome.Redirect>(outcome).AckWithin?.TotalMilliseconds);
    }

    [Theory]
    [InlineData(503, "urn:lifecycle:problem:engine_busy", "application/problem+json", RefusalCode.EngineBusy)]
    [InlineData(503, "urn:lifecycle:problem:service_away", "application/problem+json", RefusalCode.ServiceAway)]
    [InlineData(503, "urn:lifecycle:problem:service_away", "text/html", RefusalCode.Unavailable)]
    [InlineData(502, "urn:lifecycle:problem:service_away", "application/problem+json", "http_502")]
    [InlineData(503, "urn:lifecycle:problem:engine_busy", "application/json", RefusalCode.Unavailable)]
    [InlineData(503, "about:blank", "application/problem+json", RefusalCode.Unavailable)]
    [InlineData(429, "urn:lifecycle:problem:engine_busy", "application/problem+json", RefusalCode.TooManyRequests)]
    public async Task NegotiateAsync_WhatTakesNobodyNow_HasACodeOfItsOwn(int status, string type, string mediaType, string code)
    {
        var after = new RetryConditionHeaderValue(TimeSpan.FromSeconds(7));
        var outcome = await Answer(() => WithRetryAfter(Json(status, $$"""{"type":"{{type}}","detail":"behind"}""", mediaType), after));
        var refusal = Assert.IsType<NegotiateOutcome.Retry>(outcome).Refusal;
        Assert.Equal((code, TimeSpan.FromSeconds(7)), (refusal.Code, refusal.RetryAfter));
        Assert.Equal(status == 502 ? null : new EngineWord(null, TimeSpan.FromSeconds(7)), EngineWord.Of(outcome));
    }

    [Fact]
    public async Task NegotiateAsync_RetryAfterSeconds_IsPassedOn()
    {
        var outcome = await Answer(() => WithRetryAfter(Json(429, "{}", "application/problem+json"), new RetryConditionHeaderValue(TimeSpan.FromSeconds(7))));
        Assert.Equal(TimeSpan.FromSeconds(7), Assert.IsType<NegotiateOutcome.Retry>(outcome).Refusal.RetryAfter);
    }

    [Theory]
    [InlineData(90, 90)]
    [InlineData(-90, null)]
    public async Task NegotiateAsync_RetryAfterDate_CountsFromNow(int offset, int? expected)
    {
        var outcome = await Answer(() => WithRetryAfter(Json(503, ""), new RetryConditionHeaderValue(Time.GetUtcNow().AddSeconds(offset))));
        Assert.Equal(expected, (int?)Assert.IsType<NegotiateOutcome.Retry>(outcome).Refusal.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task NegotiateAsync_NetworkError_IsTriedAgain()
    {
        var outcome = await Answer(() => throw new HttpRequestException("connection refused"));
        Assert.Contains("connection refused", Assert.IsType<NegotiateOutcome.Retry>(outcome).Refusal.Detail);
    }

    [Fact]
    public void Redirect_Printed_HidesTheToken() =>
        Assert.DoesNotContain("secret", new NegotiateOutcome.Redirect(new Uri("http://s/client?access_token=secret"), "secret").ToString());

    static Task<NegotiateOutcome> Answer(Func<HttpResponseMessage> answer) =>
        new Stub(answer).NegotiateAsync(new NegotiateRequest("s1", "p", "i", null, null));

    static HttpResponseMessage Json(int status, string body, string mediaType = "application/json") =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, mediaType) };

    static HttpResponseMessage WithRetryAfter(HttpResponseMessage response, RetryConditionHeaderValue value)
    {
        response.Headers.RetryAfter = value;
        return response;
    }

    sealed class Stub(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        public string? Url { get; private set; }
        public string? ApiKey { get; private set; }
        public string? Attempt { get; private set; }
        public string? ConnectRefused { get; private set; }
        public string? Version { get; private set; }
        public string? TakeOverToken { get; private set; }
        public string? Body { get; private set; }

        public async Task<NegotiateOutcome> NegotiateAsync(NegotiateRequest request)
        {
            using var http = new HttpMessageInvoker(this, disposeHandler: false);
            return await new NegotiateClient(http, Options, Time).NegotiateAsync(request, CancellationToken.None);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Url = request.RequestUri!.AbsoluteUri;
            ApiKey = request.Headers.GetValues("x-api-key").Single();
            Attempt = request.Headers.GetValues("x-lifecycle-attempt").Single();
            ConnectRefused = request.Headers.TryGetValues("x-lifecycle-connect-refused", out var refused) ? refused.Single() : null;
            Version = request.Headers.GetValues("x-lifecycle-version").Single();
            TakeOverToken = request.Headers.TryGetValues("x-lifecycle-take-over-token", out var token) ? token.Single() : null;
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return answer();
        }
    }
}
