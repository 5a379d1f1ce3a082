using System.Net;
using Lifecycle.Azurite;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;

namespace Lifecycle.Functions.Tests.Commands;

/// <summary>The queue <c>lifecycle-commands</c> of a real queue service, read by the deployed app.</summary>
[Collection(AzuriteCollection.Name)]
public sealed class CommandQueueTests(AzuriteFixture azurite)
{
    const string Package = TestApp.Package;

    [Fact]
    public async Task Start_and_stop_do_what_the_calls_do()
    {
        await using var app = await StorageApp.StartAsync(azurite);

        await app.SendAsync(new { type = "start", sessionId = "s1", packageName = Package, foreground = true });
        await app.WhenAsync("s1", "STARTING");
        await Eventually.HoldsAsync("the app is asked to start", () => app.Webhooks.Contains("session_request"));
        await app.SendAsync(new { type = "stop", sessionId = "s1", packageName = Package, reason = "enough" });
        await Eventually.HoldsAsync("the app is asked to stop", () => app.Webhooks.Contains("stop_request"));

        Assert.False(await app.Poison.ExistsAsync());
    }

    [Fact]
    public async Task Revive_tries_an_evicted_session_again()
    {
        await using var app = await StorageApp.StartAsync(azurite);
        app.WebhookAnswer = HttpStatusCode.Gone;
        await app.SendAsync(new { type = "start", sessionId = "s1", packageName = Package });
        await app.WhenAsync("s1", "EVICTED");
        var before = app.Webhooks.Count;

        app.WebhookAnswer = HttpStatusCode.Accepted;
        await app.SendAsync(new { type = "revive", sessionId = "s1", packageName = Package });

        await app.WhenAsync("s1", "STARTING");
        await Eventually.HoldsAsync("the app is asked again", () => app.Webhooks.Count > before);
    }

    [Theory]
    [InlineData("""{"type":"start","sessionId":"s 1","packageName":"hush"}""", "sessionId must be")]
    [InlineData("""{"type":"start","sessionId":"s1","packageName":"com.example.unknown"}""", "com.example.unknown")]
    [InlineData("""{"type":"stop","sessionId":"nobody","packageName":"com.example.unknown","reason":"hush"}""", "nobody:com.example.unknown")]
    [InlineData("hush", "command cannot be read")]
    public async Task A_command_that_cannot_be_carried_out_ends_in_the_poison_queue(string command, string why)
    {
        await using var app = await StorageApp.StartAsync(azurite);

        await app.SendTextAsync(command);
        await Eventually.HoldsAsync("the command is in the poison queue", async () =>
            await app.Poison.ExistsAsync() && (await app.Poison.PeekMessageAsync()).Value?.MessageText == command);
        await Eventually.HoldsAsync("the move is logged", () => app.Log.Contains("was moved to lifecycle-commands-poison"));

        var log = app.Log;
        Assert.Equal([1, 1, 1, 1, 0], Enumerable.Range(1, 5).Select(n => log.Split($"time {n} of 5").Length - 1));
        Assert.Contains(why, log);
        Assert.DoesNotContain("hush", log);
    }

    [Fact]
    public void HostJson_AsDeployed_TakesPlainJsonAndTriesFiveTimesTenSecondsApart() => Assert.Equal(
        new QueueOptions
        {
            MaxPollingInterval = TimeSpan.FromSeconds(2),
            BatchSize = 16,
            NewBatchThreshold = 8,
            VisibilityTimeout = TimeSpan.FromSeconds(10),
            MaxDequeueCount = 5,
            MessageEncoding = QueueEncoding.None,
        },
        HostJson.Load().Queues);
}
