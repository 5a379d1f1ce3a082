using Lifecycle.Entities;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>What a queue that is slow to take events costs those who wait for something else.</summary>
public sealed class SlowSinkTests(ITestOutputHelper output)
{
    const int Sessions = 100;

    // Each transition waited up to 2 s for its event to be taken, and every reconnect behind it as well.
    [Fact]
    public void An_ack_is_no_slower_for_a_queue_that_answers_in_five_seconds()
    {
        var good = AcksWith(TimeSpan.FromMilliseconds(5));
        var slow = AcksWith(TimeSpan.FromSeconds(5));
        output.WriteLine($"p99 from connect to ack: {Percentile99(good):0} ms with a good queue, {Percentile99(slow):0} ms with a slow one");
        Assert.Equal((Sessions, Sessions), (good.Count, slow.Count));
        Assert.InRange(Percentile99(slow), 0, 1.2 * Percentile99(good));
    }

    static double Percentile99(List<double> acks) => acks.Order().ElementAt((int)(0.99 * acks.Count) - 1);

    // The engine of one instance on Azure Storage; all reconnect within ten seconds, while the events of their first attach are still to be taken.
    static List<double> AcksWith(TimeSpan sinkTakes)
    {
        var acks = new List<double>();
        var sink = new FlakySink();
        TestApp.Run(
            async app =>
            {
                sink.Before = (_, cancellation) => Task.Delay(sinkTakes, app.Time, cancellation);
                await app.PutAppAsync(policy: new { allowUnsolicited = true, resurrect = false });
                var clients = new List<VirtualClient>();
                for (var session = 0; session < Sessions; session++)
                {
                    clients.Add(await app.AttachAsync($"s{session}"));
                }

                for (var session = 0; session < Sessions; session++)
                {
                    clients[session].Drop();
                    await app.Settle(50);
                    await ReconnectAsync(app, session, acks);
                }

                await app.Settle(10_000);
            },
            services => services.AddSingleton<IEventSink>(sink),
            options: ["--timing=azure-storage", "--engine-latency=25", "--engine-capacity=100", "--Lifecycle:DurableBackend=AzureStorage"]);
        return acks;
    }

    static async Task ReconnectAsync(TestApp app, int session, List<double> acks)
    {
        var negotiated = (await app.CallAsync(
            "POST", "/api/negotiate", new { sessionId = $"s{session}", packageName = TestApp.Package, instanceId = "i1" }, ("x-api-key", TestApp.Key))).Json;
        var client = new VirtualClient(app.Services.GetRequiredService<SignalRServiceCore>());
        var began = app.Time.GetUtcNow();
        var greeted = false;
        client.Invoked += (target, _) =>
        {
            if (target == "ack" && !greeted)
            {
                greeted = true;
                acks.Add((app.Time.GetUtcNow() - began).TotalMilliseconds);
            }
        };
        await client.ConnectAsync(negotiated.GetProperty("url").GetString()!, negotiated.GetProperty("accessToken").GetString()!);
        await app.Settle(50);
    }
}
