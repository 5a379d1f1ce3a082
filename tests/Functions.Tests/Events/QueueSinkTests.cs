using Azure.Storage.Queues;
using Lifecycle.Azurite;
using Lifecycle.Entities;
using Lifecycle.Functions.Events;
using Lifecycle.Functions.Tests.Commands;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>Events and dead letters of the deployed app in the queues of a real queue service.</summary>
[Collection(AzuriteCollection.Name)]
public sealed class QueueSinkTests(AzuriteFixture azurite)
{
    static readonly string[] life = ["NONE>STARTING", "STARTING>STOPPED"];

    readonly QueueClient events = new(azurite.ConnectionString, "lifecycle-events");
    readonly QueueClient deadLetters = new(azurite.ConnectionString, "resurrection-dead-letter");

    [Fact]
    public async Task Events_and_dead_letters_are_in_queues_that_are_made_when_they_are_missing()
    {
        await using var app = await StartAsync();
        app.WebhookAnswer = System.Net.HttpStatusCode.Gone;
        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/start");
        await app.WhenAsync("s1", "EVICTED");

        var told = await TakeAsync(events, 3);
        Assert.Equal(["NONE>STARTING", "STARTING>EVICTED"], told.Where(e => e.IsTransition).Select(e => e.Step));
        var letter = Assert.Single(await TakeAsync(deadLetters, 1));
        Assert.Equal("app_gone", letter.Data.GetProperty("reason").GetString());
        Assert.Equal(404, (await app.CallAsync("GET", "/api/events")).Status);
    }

    [Fact]
    public async Task A_queue_service_that_is_away_delays_events_and_no_transition_and_every_event_comes_in_order()
    {
        string[] sessions = ["s1", "s2", "s3"];
        await using var app = await StartAsync();
        await app.CallAsync("PUT", $"/api/apps/{TestApp.Package}", new { webhookUrl = "http://app.example/hook", policy = new { stopTimeoutMs = 500 } });
        await StartAndStopAsync(app, "s0");
        Assert.Equal(life, (await TakeAsync(events, life.Length)).Select(e => e.Step));
        await azurite.StopAsync();
        try
        {
            foreach (var session in sessions)
            {
                await StartAndStopAsync(app, session);
            }

            await Eventually.HoldsAsync("the outage is logged", () => app.Log.Contains("Events cannot be sent"));
        }
        finally
        {
            await azurite.StartAsync();
        }

        var told = await TakeAsync(events, life.Length * sessions.Length);
        foreach (var session in sessions)
        {
            var own = told.Where(e => e.Subject == $"{session}:{TestApp.Package}").ToList();
            Assert.Equal(life, own.DistinctBy(e => e.Id).Select(e => e.Step));
            Assert.Equal(own.Select(e => e.Sequence).Order(StringComparer.Ordinal), own.Select(e => e.Sequence));
        }

        await Eventually.HoldsAsync("the end of the outage is logged", () => app.Log.Contains("Events can be sent again"));
        Assert.Equal(1, app.Log.Split("Events cannot be sent").Length - 1);
        Assert.DoesNotContain("AccountKey", app.Log);
    }

    // Told apart from a queue that is away: what it refuses now it refuses for ever.
    [Fact]
    public async Task A_message_that_is_too_large_for_a_queue_is_refused_for_what_it_is_and_a_missing_account_is_not()
    {
        var large = new OutboxRecord(OutboxDestination.Events, 1, "e1", DateTimeOffset.UnixEpoch, $"\"{new string('x', 70_000)}\"");
        var sink = new QueueEventSink(new QueueServiceClient(azurite.ConnectionString));
        Assert.True((await Assert.ThrowsAsync<EventSinkException>(() => sink.SendAsync(large, CancellationToken.None))).IsFinal);
        var wrongKey = new QueueEventSink(new QueueServiceClient(
            azurite.ConnectionString.Replace("AccountKey=", "AccountKey=AAAA"), new() { Retry = { MaxRetries = 0 } }));
        Assert.False((await Assert.ThrowsAsync<EventSinkException>(() => wrongKey.SendAsync(large with { Body = "1" }, CancellationToken.None))).IsFinal);
    }

    async Task<StorageApp> StartAsync()
    {
        await events.DeleteIfExistsAsync();
        await deadLetters.DeleteIfExistsAsync();
        return await StorageApp.StartAsync(azurite);
    }

    static async Task StartAndStopAsync(StorageApp app, string session)
    {
        await app.CallAsync("POST", $"/api/sessions/{session}/apps/{TestApp.Package}/start");
        await app.WhenAsync(session, "STARTING");
        await app.CallAsync("POST", $"/api/sessions/{session}/apps/{TestApp.Package}/stop");
        await app.WhenAsync(session, "STOPPED");
    }

    /// <summary>Takes messages until so many different events have come.</summary>
    static async Task<List<Told>> TakeAsync(QueueClient queue, int count)
    {
        var told = new List<Told>();
        await Eventually.HoldsAsync($"{count} messages in {queue.Name}", async () =>
        {
            if (await queue.ExistsAsync())
            {
                foreach (var message in (await queue.ReceiveMessagesAsync(32)).Value)
                {
                    Assert.True(message.ExpiresOn > TimeProvider.System.GetUtcNow().AddYears(1), "an event expires");
                    told.Add(Told.Of(System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(message.MessageText)));
                    await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
                }
            }

            return told.DistinctBy(e => e.Id).Count() >= count;
        });
        return told;
    }
}
