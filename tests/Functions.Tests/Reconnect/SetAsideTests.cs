using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Tests.Events;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>What can never be done is set aside after a few tries, counted and told, and what is behind it goes on.</summary>
public sealed class SetAsideTests
{
    const string Path = $"/api/sessions/s1/apps/{TestApp.Package}/messages";

    static void Run(Func<TestApp, ConnectionSpy, FlakySink, Task> test)
    {
        var sink = new FlakySink();
        TestApp.Run(app => test(app, app.Services.GetRequiredService<ConnectionSpy>(), sink), services =>
        {
            ConnectionSpy.Install(services);
            services.AddSingleton<IEventSink>(sink);
        });
    }

    static Task<TestApp.Answer> PostAsync(TestApp app, object body, string? id = null) => app.CallAsync("POST", Path, new { body, id });

    // As older versions took it: the send threw for ever, every later message waited behind it, also over reconnects, and nobody was told.
    [Theory]
    [InlineData("1e400")]
    [InlineData("""
        "half an emoji \ud83d"
        """)]
    public void A_message_that_was_stored_and_cannot_be_sent_keeps_no_other_back(string body) => Run(async (app, _, sink) =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        var durable = app.Services.GetRequiredService<EmbeddedDurableBackend>().Client;
        await durable.Entities.SignalEntityAsync(
            AppSessionEntity.IdOf(new("s1", TestApp.Package)), nameof(AppSessionEntity.Post), new MessagePosted("old", body.Trim()));
        await app.Settle();
        Assert.Equal(202, (await PostAsync(app, 2)).Status);

        await app.Settle(10_000);

        Assert.Equal([(2, "2")], client.Messages);
        Assert.Equal(200, (await PostAsync(app, 3)).Status);
        var lost = Assert.Single(sink.Events, record => record.Body.Contains(SessionEvents.MessageLostType));
        var data = JsonSerializer.Deserialize<JsonElement>(lost.Body).GetProperty("data");
        Assert.Equal((1, "undeliverable"), (data.GetProperty("seq").GetInt64(), data.GetProperty("reason").GetString()));
        Assert.Equal(409, (await PostAsync(app, 1, "old")).Status);
        client.Socket.Drop();
        await app.Settle();
        Assert.Equal(1, (await AppClient.AttachAsync(app, reconnect: true, lastSeq: 3)).Ack.GetProperty("missed").GetInt32());
    });

    // The answer said buffered, nothing was kept, and missed was 0.
    [Fact]
    public void A_message_too_large_to_keep_whose_send_fails_is_refused_and_counted() => Run(async (app, spy, sink) =>
    {
        await app.PutAppAsync(policy: new { bufferedBytes = 200 });
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        var large = new string('x', 300);
        Assert.Equal(200, (await PostAsync(app, large)).Status); // sent all the same while the service takes it
        spy.Fails = call => call == "send message";

        var answer = await PostAsync(app, large);

        Assert.Equal((409, "urn:lifecycle:problem:buffer_full"), (answer.Status, answer.Json.GetProperty("type").GetString()));
        spy.Fails = _ => false;
        Assert.Equal(200, (await PostAsync(app, 3)).Status);
        await app.Settle();
        Assert.Equal([1, 3], client.Messages.Select(message => message.Seq));
        Assert.Single(sink.Events, record => record.Body.Contains(SessionEvents.MessageLostType));
        client.Socket.Drop();
        await app.Settle();
        Assert.Equal(1, (await AppClient.AttachAsync(app, reconnect: true, lastSeq: 3)).Ack.GetProperty("missed").GetInt32());
    });

    // The first that failed kept those of later requests from being made: an app was deaf on good streams for one bad one.
    [Fact]
    public void A_group_that_the_service_refuses_keeps_no_other_from_being_joined_and_is_not_tried_for_ever() => Run(async (app, spy, _) =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        spy.Refuses = call => call == "join s1/bad";
        await client.Socket.InvokeAsync("setSubscriptions", (string[])["bad", .. Enumerable.Range(0, 100).Select(n => $"good{n:000}")], 0);
        await app.Settle();
        Assert.Equal(100, spy.Calls.Where(call => call.StartsWith("join s1/good", StringComparison.Ordinal)).Distinct().Count());

        await app.Settle(600_000);

        Assert.Equal(1 + Lifecycle.Rules.MostGroupMends, spy.Calls.Count(call => call == "join s1/bad"));
    });

    // Nor when it is asked about, at a reconnect.
    [Fact]
    public void A_group_that_cannot_be_asked_about_keeps_no_other_from_being_restored() => Run(async (app, spy, _) =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        await client.Socket.InvokeAsync("setSubscriptions", (string[])["bad", "good"], 0);
        await app.Settle();
        spy.Refuses = call => call.EndsWith("s1/bad", StringComparison.Ordinal);
        await spy.LeaveAsync(new("s1", TestApp.Package), "s1/good"); // the service has lost it
        spy.Calls.Clear();
        client.Socket.Drop();
        await app.Settle();

        client = await AppClient.AttachAsync(app, reconnect: true);

        Assert.Equal(["is in s1/bad", "is in s1/good", "join s1/bad", "join s1/good"], spy.Calls.Take(4));
        Assert.True(await spy.IsInAsync(new("s1", TestApp.Package), "s1/good"));
    });
}
