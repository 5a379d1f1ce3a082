using System.Diagnostics.Metrics;
using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Lifecycle.Functions.Tests.Telemetry;

public sealed class GaugeTests
{
    [Fact]
    public void A_sweep_counts_app_sessions_by_state() => TestApp.Run(async app =>
    {
        using var sessions = Collect(app, LifecycleInstruments.Sessions);
        await app.StartAsync("s1");
        await app.StartAsync("s2");
        await app.AttachAsync("s2");
        await app.CallAsync("POST", $"/api/sessions/s3/apps/{TestApp.Package}/start");
        await app.Settle(30_000);
        var counts = Latest(sessions);
        Assert.Equal(1, counts["running"]);
        Assert.Equal(2, counts["starting"] + counts["backoff"]);
        Assert.Equal(0, counts["evicted"]);
    });

    [Fact]
    public void A_sweep_counts_apps_by_their_breaker() => TestApp.Run(async app =>
    {
        using var breakers = Collect(app, LifecycleInstruments.Breakers);
        await app.PutAppAsync("com.example.well");
        app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.ServiceUnavailable);
        for (var i = 0; i < 5; i++)
        {
            await app.StartAsync($"s{i}");
        }

        await app.Settle(30_000);
        var counts = Latest(breakers);
        Assert.Equal((1, 1), (counts["closed"], counts["open"] + counts["probing"]));
    });

    static MetricCollector<long> Collect(TestApp app, InstrumentInfo info) =>
        new(app.Services.GetRequiredService<IMeterFactory>(), LifecycleInstruments.MeterName, info.Name);

    static Dictionary<string, long> Latest(MetricCollector<long> collector) => collector.GetMeasurementSnapshot()
        .GroupBy(m => (string)m.Tags["state"]!).ToDictionary(g => g.Key, g => g.Last().Value);
}
