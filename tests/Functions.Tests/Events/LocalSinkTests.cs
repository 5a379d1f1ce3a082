using Lifecycle.Functions.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Events;

public sealed class LocalSinkTests
{
    static OutboxRecord Record(int n, OutboxDestination to = OutboxDestination.Events) => new(to, n, $"e{n}", DateTimeOffset.UnixEpoch, $$"""{"id":"e{{n}}"}""");

    [Fact]
    public async Task Read_AfterMoreThanIsKept_ReturnsTheLastOnesAndTellsTheOldest()
    {
        var sink = new LocalEventSink();
        for (var n = 1; n <= LocalEventSink.KeptEvents + 5; n++)
        {
            await sink.SendAsync(Record(n), CancellationToken.None);
        }

        var page = sink.Read(OutboxDestination.Events, 0, 2);
        Assert.Equal((6, LocalEventSink.KeptEvents + 5), (page.Oldest, page.Last));
        Assert.Equal([(6, "e6"), (7, "e7")], page.Items.Select(i => ((int)i.Number, i.Record.Id)));
        Assert.Equal(["e10005"], sink.Read(OutboxDestination.Events, 10_004, 10).Items.Select(i => i.Record.Id));
        Assert.Empty(sink.Read(OutboxDestination.Events, 10_005, 10).Items);
        Assert.Empty(sink.Read(OutboxDestination.Events, long.MaxValue, 10).Items);
        Assert.Empty(sink.Read(OutboxDestination.DeadLetters, 0, 10).Items);
    }

    [Fact]
    public void ListEvents_ByDefault_PagesThroughWhatWasTold() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        await app.Settle(3_000); // the webhook's answer carries what the attach told
        var first = (await app.CallAsync("GET", "/api/events?limit=1")).Json;
        var item = Assert.Single(first.GetProperty("items").EnumerateArray());
        Assert.Equal("NONE>STARTING", Told.Of(item.GetProperty("event")).Step);
        var rest = (await app.CallAsync("GET", $"/api/events?after={item.GetProperty("sequence").GetInt64()}")).Json;
        Assert.Equal("STARTING>RUNNING", Told.Of(Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("event")).Step);
        Assert.Equal(2, rest.GetProperty("last").GetInt64());
        Assert.Empty((await app.CallAsync("GET", "/api/dead-letters")).Json.GetProperty("items").EnumerateArray());
    });

    // After a restart of the host, which counts from 1 again, a consumer that went on from its last number was shown an empty page for ever.
    [Fact]
    public void ListEvents_AfterARestart_TellsAConsumerToBeginAnew()
    {
        var folder = Directory.CreateTempSubdirectory("lifecycle-events-").FullName;
        try
        {
            TestApp.Run(RestartedAsync, data: folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static async Task RestartedAsync(TestApp app)
        {
            await app.StartAsync();
            await app.AttachAsync();
            await app.Settle(3_000);
            var before = (await app.CallAsync("GET", "/api/events")).Json;
            var (last, generation) = (before.GetProperty("last").GetInt64(), before.GetProperty("generation").GetString());
            Assert.Equal(200, (await app.CallAsync("GET", $"/api/events?after={last}&generation={generation}")).Status);

            await app.RestartAsync(() => { });
            foreach (var query in (string[])[$"after={last + 100}", $"after={last}&generation={generation}", $"generation={generation}"])
            {
                var gone = await app.CallAsync("GET", $"/api/events?{query}");
                Assert.Equal((410, "urn:lifecycle:problem:begun_anew"), (gone.Status, gone.Json.GetProperty("type").GetString()));
                Assert.Contains("after=0", gone.Json.GetProperty("detail").GetString());
            }

            var anew = (await app.CallAsync("GET", "/api/events?after=0")).Json;
            Assert.NotEqual(generation, anew.GetProperty("generation").GetString());
        }
    }

    [Fact]
    public void ListEvents_WithAnotherSink_NamesTheQueue() => TestApp.Run(
        async app =>
        {
            var answer = await app.CallAsync("GET", "/api/events");
            Assert.Equal((404, "application/problem+json"), (answer.Status, answer.ContentType));
            Assert.Contains("lifecycle-events", answer.Text);
            Assert.Contains("resurrection-dead-letter", (await app.CallAsync("GET", "/api/dead-letters")).Text);
        },
        services => services.AddSingleton<Entities.IEventSink>(new FlakySink()));
}
