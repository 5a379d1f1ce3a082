using System.Net;
using System.Text;
using System.Text.Json;
using Lifecycle.Sdk.Tests.Support;
using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Tests.Webhooks;

/// <summary>
/// What a webhook that wants to resurrect a session is answered over HTTP. A process that held the session was begun anew, or another one was in
/// its place, because nobody asked it.
/// </summary>
public class HeldAnswerTests : IAsyncLifetime
{
    readonly HttpClient _http = new();
    FakeLifecycle _lifecycle = null!;
    WebApplication _app = null!;
    AppServer _server = null!;

    public async Task InitializeAsync()
    {
        _lifecycle = await FakeLifecycle.StartAsync();
        var builder = Loopback.NewBuilder();
        builder.Services.AddLifecycleAppServer(options =>
            (options.LifecycleUrl, options.PackageName, options.ApiKey, options.InstanceId) = (_lifecycle.Url, "com.example.notes", "key-1", "i-1"));
        _app = builder.Build();
        _server = _app.Services.GetRequiredService<AppServer>();
        _app.MapLifecycleWebhook("/attach");
        _app.MapLifecycleWebhook("/custom", (webhook, _) => Task.FromResult(
            _server.TryComeBack(webhook.SessionId) ? WebhookAnswer.Held(_server.InstanceId) : WebhookAnswer.Gone()));
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _lifecycle.DisposeAsync();
    }

    [Theory]
    [InlineData("/attach")]
    [InlineData("/custom")]
    public async Task A_resurrection_of_a_session_that_is_attached_is_held_and_it_comes_back_at_once(string path)
    {
        var session = await _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        var old = await _lifecycle.Connections.NextAsync();
        await AssertHeldAsync(await PostAsync(path));

        var negotiation = await _lifecycle.Negotiations.NextAsync();
        Assert.Equal((true, "reconnect-token-1", "1"), (negotiation.Reconnect, negotiation.Token, negotiation.Attempt));
        await _lifecycle.Connections.NextAsync();
        await Eventually.HoldsAsync("the end of the old connection", () => old.Context.ConnectionAborted.IsCancellationRequested);
        await Eventually.HoldsAsync("the new ack", () => session.State == SessionState.Attached);
        Assert.True(_lifecycle.Negotiations.IsEmpty && _lifecycle.Calls.IsEmpty);
    }

    [Fact]
    public async Task A_resurrection_of_a_session_that_waits_to_reconnect_is_held_and_it_tries_now()
    {
        var session = await _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        _lifecycle.Refuse = () => new Away(300);
        (await _lifecycle.Connections.NextAsync()).Drop();
        await _lifecycle.Negotiations.NextAsync();
        Assert.Equal(SessionState.Reconnecting, session.State);
        _lifecycle.Refuse = () => null;
        // The answer of negotiate may be on its way still, and who waits for it needs no hurry.
        var id = 0;
        await Eventually.HoldsAsync("the next try", async () =>
        {
            await AssertHeldAsync(await PostAsync("/attach", id: $"w{id++}"));
            return !_lifecycle.Negotiations.IsEmpty;
        });
        Assert.Equal("2", (await _lifecycle.Negotiations.NextAsync()).Attempt);
    }

    [Fact]
    public async Task A_repeated_webhook_gets_the_same_answer_and_changes_nothing()
    {
        var session = await _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        await AssertHeldAsync(await PostAsync("/attach"));
        await _lifecycle.Negotiations.NextAsync();
        await Eventually.HoldsAsync("the new ack", () => session.State == SessionState.Attached);
        await AssertHeldAsync(await PostAsync("/attach"));
        await session.CloseAsync();
        await AssertHeldAsync(await PostAsync("/attach"));
        Assert.True(_lifecycle.Negotiations.IsEmpty);
    }

    [Fact]
    public async Task A_resurrection_of_a_session_that_is_not_here_is_taken_on_as_ever()
    {
        await AssertTakenOnAsync(await PostAsync("/attach"));
        Assert.False((await _lifecycle.Negotiations.NextAsync()).Reconnect);
    }

    [Fact]
    public async Task A_resurrection_of_a_session_that_was_never_attached_here_is_taken_on_as_ever()
    {
        _lifecycle.Refuse = () => Results.StatusCode(503);
        _ = _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        await AssertTakenOnAsync(await PostAsync("/attach"));
    }

    [Fact]
    public async Task A_resurrection_of_a_session_that_has_ended_is_taken_on_as_ever()
    {
        await (await _server.AttachAsync("s1")).CloseAsync();
        await _lifecycle.Negotiations.NextAsync();
        await AssertTakenOnAsync(await PostAsync("/attach"));
        Assert.False((await _lifecycle.Negotiations.NextAsync()).Reconnect);
        Assert.Equal(HttpStatusCode.Gone, (await PostAsync("/custom", id: "w2", sessionId: "s2")).StatusCode);
    }

    [Fact]
    public async Task A_resurrection_of_a_session_that_says_goodbye_is_not_held()
    {
        var goodbye = new TaskCompletionSource();
        var session = await _server.AttachAsync("s1");
        _lifecycle.Released = () => goodbye.Task;
        var released = session.ReleaseAsync();
        await _lifecycle.Calls.NextAsync();
        await AssertTakenOnAsync(await PostAsync("/attach"));
        goodbye.SetResult();
        Assert.True(await released);
    }

    [Theory]
    [InlineData("session_request")]
    [InlineData("stop_request")]
    public async Task Other_webhooks_for_a_session_that_is_held_are_taken_on_as_ever(string type)
    {
        await _server.AttachAsync("s1");
        await AssertTakenOnAsync(await PostAsync("/attach", type));
    }

    static async Task AssertHeldAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("i-1", Assert.Single(answer.Headers.GetValues("x-lifecycle-held-by")));
        Assert.Equal("application/json", $"{answer.Content.Headers.ContentType}");
        Assert.Equal("""{"heldBy":"i-1"}""", await answer.Content.ReadAsStringAsync());
    }

    static async Task AssertTakenOnAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.False(answer.Headers.Contains("x-lifecycle-held-by"));
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    Task<HttpResponseMessage> PostAsync(string path, string type = "resurrection_request", string id = "w1", string sessionId = "s1")
    {
        var body = JsonSerializer.Serialize(new { type, sessionId, packageName = "com.example.notes", attempt = 1 });
        var request = new HttpRequestMessage(HttpMethod.Post, _app.Urls.First() + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", "1767225600");
        return _http.SendAsync(request);
    }

    /// <summary>The SignalR service is away, says negotiate.</summary>
    sealed class Away(int seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.Headers.RetryAfter = $"{seconds}";
            return Results.Problem(type: "urn:lifecycle:problem:service_away", statusCode: 503).ExecuteAsync(http);
        }
    }
}
