using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Lifecycle.Sdk.Tests.Support;
using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Tests.Webhooks;

/// <summary>The webhook address of an ASP.NET Core application, over HTTP.</summary>
public class WebhookEndpointTests : IAsyncLifetime
{
    readonly Inbox<LifecycleWebhook> _handled = new("handled webhook");
    readonly HttpClient _http = new();
    Func<WebhookAnswer> _answer = () => WebhookAnswer.Accepted;
    FakeLifecycle _lifecycle = null!;
    WebApplication _app = null!;
    AppServer _server = null!;

    public async Task InitializeAsync()
    {
        _lifecycle = await FakeLifecycle.StartAsync();
        var builder = Loopback.NewBuilder();
        builder.Services.AddLifecycleAppServer(options =>
            (options.LifecycleUrl, options.PackageName, options.ApiKey, options.CallTimeout) = (_lifecycle.Url, "com.example.notes", "key-1", TimeSpan.FromSeconds(1)));
        _app = builder.Build();
        _app.MapLifecycleWebhook("/attach");
        _app.MapLifecycleWebhook("/custom", async (webhook, _) =>
        {
            await _handled.Add(webhook);
            return _answer();
        });
        await _app.StartAsync();
        _server = _app.Services.GetRequiredService<AppServer>();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _lifecycle.DisposeAsync();
    }

    [Fact]
    public async Task A_session_request_is_accepted_and_attaches_as_a_fresh_start()
    {
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("/attach", Body("session_request"))).StatusCode);
        Assert.False((await _lifecycle.Negotiations.NextAsync()).Reconnect);
        await _lifecycle.Connections.NextAsync();
        Assert.Equal("s1", Assert.Single(_server.Sessions).SessionId);
    }

    [Fact]
    public async Task A_process_that_leaves_takes_nothing_on_and_says_when_to_ask_again()
    {
        _server.StopTakingWebhooks();
        foreach (var path in new[] { "/attach", "/custom" })
        {
            var answer = await PostAsync(path, Body("session_request"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter!.Delta);
            Assert.Equal(_server.InstanceId, Assert.Single(answer.Headers.GetValues("x-lifecycle-leaving")));
        }
        Assert.Empty(_server.Sessions);
    }

    [Fact]
    public async Task Stopping_the_application_drains_without_a_goodbye()
    {
        await PostAsync("/attach", Body("session_request"));
        await _lifecycle.Connections.NextAsync();
        var session = Assert.Single(_server.Sessions);
        await _app.StopAsync();
        Assert.Equal(EndKind.Closed, (await session.Completion).Kind);
        Assert.True(_lifecycle.Calls.IsEmpty);
    }

    [Fact]
    public async Task A_start_of_a_session_that_still_has_its_connection_only_asks_for_an_ack()
    {
        await _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        await PostAsync("/attach", Body("session_request"));
        Assert.StartsWith("init", await _lifecycle.Calls.NextAsync());
        Assert.True(_lifecycle.Negotiations.IsEmpty);
    }

    [Fact]
    public async Task A_start_of_a_session_whose_connection_is_dead_makes_a_new_one_that_says_reconnect()
    {
        await _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        _lifecycle.AnswersInit = false;
        await PostAsync("/attach", Body("session_request"));
        Assert.True((await _lifecycle.Negotiations.NextAsync()).Reconnect);
    }

    [Fact]
    public async Task A_stop_request_ends_the_session_and_one_for_an_unknown_session_is_accepted_too()
    {
        var session = await _server.AttachAsync("s1");
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("/attach", Body("stop_request"))).StatusCode);
        Assert.Equal(EndKind.Stopped, (await session.Completion).Kind);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("/attach", Body("stop_request"), id: "w2")).StatusCode);
    }

    // It was answered 500, so Lifecycle sent it again and again.
    [Theory]
    [InlineData("""{"\ud83d":1,"type":"session_request","sessionId":"s1","packageName":"com.example.notes"}""")]
    [InlineData("""{"type":"session_request","sessionId":"s1","packageName":"com.example.notes","timestamp":"\ud83d2026-01-01T00:00:00Z"}""")]
    public async Task A_webhook_with_half_a_surrogate_pair_in_a_name_or_a_time_is_refused(string body)
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/custom", body)).StatusCode);
        Assert.True(_handled.IsEmpty);
    }

    [Fact]
    public async Task A_handler_sees_every_field()
    {
        await PostAsync("/custom", Body("resurrection_request"));
        Assert.Equal(
            new LifecycleWebhook("w1", WebhookType.ResurrectionRequest, "s1", "com.example.notes", "c-1", "r7", 1, "grace_expired",
                new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            await _handled.NextAsync());
    }

    [Fact]
    public async Task A_hand_over_brings_the_token_and_who_leaves()
    {
        await PostAsync("/custom", """{"type":"handover_request","sessionId":"s1","packageName":"com.example.notes","reason":"hand_over","takeOverToken":"take-1","leaving":"i-0"}""");
        var webhook = await _handled.NextAsync();
        Assert.Equal((WebhookType.HandOverRequest, "hand_over", "take-1", "i-0"), (webhook.Type, webhook.Reason, webhook.TakeOverToken, webhook.Leaving));
    }

    [Theory]
    [InlineData("handover_request")]
    [InlineData("resurrection_request")]
    public async Task Who_is_asked_with_a_token_attaches_with_it(string type)
    {
        var body = $$"""{"type":"{{type}}","sessionId":"s1","packageName":"com.example.notes","takeOverToken":"take-1"}""";
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("/attach", body)).StatusCode);
        Assert.Equal("take-1", (await _lifecycle.Negotiations.NextAsync()).TakeOverToken);
    }

    [Fact]
    public async Task A_handler_that_is_busy_for_another_reason_does_not_say_that_it_leaves()
    {
        _answer = () => WebhookAnswer.Busy();
        Assert.False((await PostAsync("/custom", Body("session_request"))).Headers.Contains("x-lifecycle-leaving"));
    }

    [Fact]
    public async Task A_repeated_id_is_answered_alike_and_handled_once()
    {
        await PostAsync("/custom", Body("session_request"));
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("/custom", Body("session_request"))).StatusCode);
        await _handled.NextAsync();
        Assert.True(_handled.IsEmpty);
    }

    [Fact]
    public async Task A_handler_may_say_gone_or_busy()
    {
        _answer = () => WebhookAnswer.Gone("account deleted");
        var gone = await PostAsync("/custom", Body("session_request"));
        await AssertProblemAsync(HttpStatusCode.Gone, gone);
        _answer = () => WebhookAnswer.Busy(TimeSpan.FromSeconds(2.5));
        var busy = await PostAsync("/custom", Body("session_request"));
        await AssertProblemAsync(HttpStatusCode.ServiceUnavailable, busy);
        Assert.Equal(TimeSpan.FromSeconds(3), busy.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task A_handler_that_throws_answers_503_without_its_text()
    {
        _answer = () => throw new InvalidOperationException("inner secret");
        var answer = await PostAsync("/custom", Body("session_request"));
        Assert.DoesNotContain("inner secret", await AssertProblemAsync(HttpStatusCode.ServiceUnavailable, answer));
    }

    public static TheoryData<string, string, string?, string?> Malformed => new()
    {
        { "body", "", "w1", "1767225600" },
        { "body", "{", "w1", "1767225600" },
        { "body", "[]", "w1", "1767225600" },
        { "body", new string('[', 100), "w1", "1767225600" },
        { "type", Body("other"), "w1", "1767225600" },
        { "type", """{"sessionId":"s1","packageName":"com.example.notes"}""", "w1", "1767225600" },
        { "sessionId", Body("session_request", sessionId: "a b"), "w1", "1767225600" },
        { "sessionId", Body("session_request", sessionId: ""), "w1", "1767225600" },
        { "sessionId", """{"type":"session_request","sessionId":5,"packageName":"com.example.notes"}""", "w1", "1767225600" },
        { "packageName", Body("session_request", package: "com.example.other"), "w1", "1767225600" },
        { "attempt", """{"type":"session_request","sessionId":"s1","packageName":"com.example.notes","attempt":-1}""", "w1", "1767225600" },
        { "reason", """{"type":"stop_request","sessionId":"s1","packageName":"com.example.notes","reason":"bye \ud83d"}""", "w1", "1767225600" },
        { "takeOverToken", """{"type":"handover_request","sessionId":"s1","packageName":"com.example.notes"}""", "w1", "1767225600" },
        { "takeOverToken", """{"type":"handover_request","sessionId":"s1","packageName":"com.example.notes","takeOverToken":"a b"}""", "w1", "1767225600" },
        { "takeOverToken", """{"type":"resurrection_request","sessionId":"s1","packageName":"com.example.notes","takeOverToken":5}""", "w1", "1767225600" },
        { "leaving", """{"type":"handover_request","sessionId":"s1","packageName":"com.example.notes","takeOverToken":"t","leaving":"a b"}""", "w1", "1767225600" },
        { "timestamp", """{"type":"session_request","sessionId":"s1","packageName":"com.example.notes","timestamp":"soon"}""", "w1", "1767225600" },
        { "webhook-id", Body("session_request"), null, "1767225600" },
        { "webhook-id", Body("session_request"), new string('i', 257), "1767225600" },
        { "webhook-timestamp", Body("session_request"), "w1", null },
        { "webhook-timestamp", Body("session_request"), "w1", "now" },
    };

    [Theory, MemberData(nameof(Malformed))]
    public async Task Malformed_input_is_named_and_changes_nothing(string field, string body, string? id, string? timestamp)
    {
        var answer = await PostAsync("/custom", body, id, timestamp);
        var problem = JsonDocument.Parse(await AssertProblemAsync(HttpStatusCode.BadRequest, answer)).RootElement;
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), $"{problem}");
        Assert.True(_handled.IsEmpty);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Oversized_input_is_refused_whether_or_not_it_says_its_length(bool chunked)
    {
        var request = Request("/custom", new string(' ', WebhookIntake.MaxBodyBytes + 1), "w1", "1767225600");
        request.Headers.TransferEncodingChunked = chunked;
        await AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, await _http.SendAsync(request));
        Assert.True(_handled.IsEmpty);
    }

    [Fact]
    public async Task Another_media_type_is_refused()
    {
        var request = Request("/custom", Body("session_request"), "w1", "1767225600");
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        await AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, await _http.SendAsync(request));
    }

    static string Body(string type, string sessionId = "s1", string package = "com.example.notes") => JsonSerializer.Serialize(new
    {
        type,
        sessionId,
        packageName = package,
        correlationId = "c-1",
        runId = "r7",
        attempt = 1,
        reason = "grace_expired",
        timestamp = "2026-01-01T00:00:00Z",
    });

    Task<HttpResponseMessage> PostAsync(string path, string body, string? id = "w1", string? timestamp = "1767225600") =>
        _http.SendAsync(Request(path, body, id, timestamp));

    HttpRequestMessage Request(string path, string body, string? id, string? timestamp)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _app.Urls.First() + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (id is not null) request.Headers.Add("webhook-id", id);
        if (timestamp is not null) request.Headers.Add("webhook-timestamp", timestamp);
        return request;
    }

    static async Task<string> AssertProblemAsync(HttpStatusCode status, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }
}
