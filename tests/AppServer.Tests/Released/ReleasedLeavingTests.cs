using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lifecycle.Compatibility;
using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Sdk.Tests.Released;

/// <summary>An application at a Lifecycle of the released version: its webhooks, and its end by SIGTERM with nothing set, which hands over where that is known.</summary>
public class ReleasedLeavingTests : ReleasedWorld
{
    readonly HttpClient _http = new();
    readonly TaskCompletionSource _handling = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Its_webhooks_are_taken_and_answered_as_they_were()
    {
        await using var app = await StartAsync();
        await AnswersAsync(app, "session_request", "accepted");
        Assert.False((await Lifecycle.Negotiations.NextAsync()).Reconnect);
        await Eventually.HoldsAsync("the ack", () => app.Services.GetRequiredService<AppServer>().Find("s1") is { State: SessionState.Attached });
        NextAck = "whenAsked";
        await AnswersAsync(app, "resurrection_request", "held");
        Assert.Equal("<token>", (await Lifecycle.Negotiations.NextAsync()).Token);
        await AnswersAsync(app, "stop_request", "stopped");
        Assert.True(Lifecycle.Calls.IsEmpty);
    }

    [Fact]
    public async Task A_resurrection_of_what_another_process_lost_begins_anew_without_a_token()
    {
        NextAck = "resurrected";
        await using var app = await StartAsync();
        await AnswersAsync(app, "lost", "accepted");
        var negotiation = await Lifecycle.Negotiations.NextAsync();
        Assert.Equal((false, null, null), (negotiation.Reconnect, negotiation.Token, negotiation.TakeOverToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Told_to_end_it_drains_at_once_and_waits_for_handlers_no_longer_than_before(bool hangs)
    {
        await using var app = await StartAsync(options => options.ShutdownLimit = TimeSpan.FromMilliseconds(hangs ? 300 : 60_000));
        var session = await app.Services.GetRequiredService<AppServer>().AttachAsync("s1");
        await (await Lifecycle.Connections.NextAsync()).SendAsync("message", ReleasedWire.Server("message"));
        await _handling.Task;

        // As SIGTERM does.
        var begun = TimeProvider.System.GetTimestamp();
        app.Lifetime.StopApplication();
        var stopped = app.WaitForShutdownAsync();
        if (!hangs)
        {
            await AnswersAsync(app, "session_request", "leaving");
            Assert.False(stopped.IsCompleted);
            _finish.SetResult();
        }
        await stopped;
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(15)); // and not the 22 s of a hand-over
        Assert.Equal(EndKind.Closed, (await session.Completion).Kind);
        Assert.True(Lifecycle.Calls.IsEmpty);
        _finish.TrySetResult();
    }

    async Task<WebApplication> StartAsync(Action<AppServerOptions>? change = null)
    {
        var builder = Loopback.NewBuilder();
        builder.Services.AddLifecycleAppServer(options =>
        {
            (options.LifecycleUrl, options.PackageName, options.ApiKey, options.InstanceId) = (Lifecycle.Url, "com.example.notes", "key-1", "i1");
            change?.Invoke(options);
        });
        var app = builder.Build();
        app.MapLifecycleWebhook("/lifecycle");
        app.Services.GetRequiredService<AppServer>().ConfigureSessions(session => session.OnMessage(async _ =>
        {
            _handling.TrySetResult();
            await _finish.Task;
        }));
        await app.StartAsync();
        return app;
    }

    /// <summary>Posts a recorded webhook, and compares the answer with the recorded one of the SDK.</summary>
    async Task AnswersAsync(WebApplication app, string webhook, string answer)
    {
        var (sent, expected) = (ReleasedWire.Server($"webhooks/{webhook}"), ReleasedWire.Read()["apps"]!["dotnet"]!["webhookAnswers"]![answer]!);
        var body = sent["body"]!.DeepClone();
        (body["sessionId"], body["timestamp"]) = ("s1", "2026-01-01T00:00:00.1234567+00:00");
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Urls.First() + "/lifecycle") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        foreach (var (name, value) in sent["headers"]!.AsObject())
            request.Headers.TryAddWithoutValidation(name, name == "webhook-timestamp" ? "1767225600" : name == "webhook-id" ? $"wh_{webhook}" : (string)value!);
        using var given = await _http.SendAsync(request);
        var text = await given.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode)(int)expected["status"]!, given.StatusCode);
        Assert.True(JsonNode.DeepEquals(expected["body"], text.Length == 0 ? null : JsonNode.Parse(text)), text);
        foreach (var (name, value) in expected["headers"]!.AsObject().Where(header => header.Key != "content-type"))
            Assert.Equal((string?)value, Assert.Single(given.Headers.GetValues(name)));
    }
}
