using System.Net;
using System.Text;
using Lifecycle.Sdk.Tests.Support;
using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Tests;

/// <summary>What an ASP.NET Core application does with its sessions and webhooks when it is told to stop.</summary>
public class HostedShutdownTests : IAsyncLifetime
{
    readonly Inbox<string> _webhooks = new("webhook");
    readonly TaskCompletionSource _answerWebhooks = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HttpClient _http = new();
    FakeLifecycle _lifecycle = null!;

    public async Task InitializeAsync() => _lifecycle = await FakeLifecycle.StartAsync();

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _lifecycle.DisposeAsync();
    }

    [Fact]
    public async Task While_it_drains_webhooks_get_503_and_those_under_way_an_answer_and_sessions_no_goodbye()
    {
        await using var app = await StartAsync(options => options.ShutdownLimit = TimeSpan.FromMinutes(1));
        var session = await app.Services.GetRequiredService<AppServer>().AttachAsync("s1");
        var underWay = PostAsync(app, "w1");
        Assert.Equal("w1 False", await _webhooks.NextAsync());

        // As SIGTERM does.
        app.Lifetime.StopApplication();
        var stopped = app.WaitForShutdownAsync();
        var turnedAway = await PostAsync(app, "w2");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, turnedAway.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), turnedAway.Headers.RetryAfter?.Delta);
        Assert.Equal("application/problem+json", turnedAway.Content.Headers.ContentType?.MediaType);
        Assert.False(stopped.IsCompleted);

        _answerWebhooks.SetResult();
        Assert.Equal(HttpStatusCode.Accepted, (await underWay).StatusCode);
        await stopped;
        Assert.Equal(EndKind.Closed, (await session.Completion).Kind);
        Assert.True(_lifecycle.Calls.IsEmpty);
        Assert.True(_webhooks.IsEmpty);
    }

    [Fact]
    public async Task While_it_hands_over_webhooks_get_503_and_hear_who_leaves_until_the_successor_is_there()
    {
        await using var app = await StartAsync(_ => { });
        _lifecycle.Connected = connection => connection.AckAsync(wireVersion: 2);
        var server = app.Services.GetRequiredService<AppServer>();
        var session = await server.AttachAsync("s1");
        var connection = await _lifecycle.Connections.NextAsync();

        app.Lifetime.StopApplication();
        var stopped = app.WaitForShutdownAsync();
        Assert.Equal("handOver {}", await _lifecycle.Calls.NextAsync());
        var turnedAway = await PostAsync(app, "w1");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, turnedAway.StatusCode);
        Assert.Equal((server.InstanceId, TimeSpan.FromSeconds(2)), (turnedAway.Headers.GetValues("x-lifecycle-leaving").Single(), turnedAway.Headers.RetryAfter?.Delta));
        Assert.False(stopped.IsCompleted);

        await connection.SendAsync("superseded", new { reason = "superseded", handedOver = true });
        Assert.Equal("""done {"seq":0,"last":true}""", await _lifecycle.Calls.NextAsync());
        await stopped;
        Assert.Equal(EndKind.Superseded, (await session.Completion).Kind);
    }

    [Fact]
    public async Task A_webhook_handler_that_does_not_finish_is_cancelled_with_the_limit()
    {
        await using var app = await StartAsync(options => options.ShutdownLimit = TimeSpan.FromMilliseconds(100));
        var underWay = PostAsync(app, "w1");
        await _webhooks.NextAsync();
        await app.StopAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await underWay).StatusCode);
    }

    [Fact]
    public async Task With_the_option_every_session_is_released()
    {
        await using var app = await StartAsync(options => options.OnShutdown = ShutdownMode.Goodbye);
        var session = await app.Services.GetRequiredService<AppServer>().AttachAsync("s1");
        await app.StopAsync();
        Assert.Equal("release", await _lifecycle.Calls.NextAsync());
        Assert.Equal(EndKind.Released, (await session.Completion).Kind);
    }

    async Task<WebApplication> StartAsync(Action<AppServerOptions> change)
    {
        var builder = Loopback.NewBuilder();
        builder.Services.AddLifecycleAppServer(options =>
        {
            (options.LifecycleUrl, options.PackageName, options.ApiKey) = (_lifecycle.Url, "com.example.notes", "key-1");
            change(options);
        });
        var app = builder.Build();
        app.MapLifecycleWebhook("/lifecycle", async (webhook, cancellation) =>
        {
            await _webhooks.Add($"{webhook.Id} {cancellation.IsCancellationRequested}");
            await _answerWebhooks.Task.WaitAsync(cancellation);
            return WebhookAnswer.Accepted;
        });
        await app.StartAsync();
        return app;
    }

    async Task<HttpResponseMessage> PostAsync(WebApplication app, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Urls.First() + "/lifecycle")
        {
            Content = new StringContent(
                """{"type":"session_request","sessionId":"s9","packageName":"com.example.notes"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", "1767225600");
        return await _http.SendAsync(request);
    }
}
