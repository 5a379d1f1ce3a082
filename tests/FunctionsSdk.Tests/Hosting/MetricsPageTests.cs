using System.Diagnostics.Metrics;
using Lifecycle.FunctionsSdk.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class MetricsPageTests
{
    const string Meter = "Lifecycle.FunctionsSdk.Tests.Bells";

    [Fact]
    public async Task Metrics_OfAnAppThatHasThem_AreInThePrometheusFormat()
    {
        await using var host = await TestHost.StartAsync(
            b => b.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults().WithMetrics(metrics => metrics.AddMeter(Meter)), typeof(Bells));
        await host.SendAsync("GET", "/api/ring");

        var (status, type, body) = await host.SendAsync("GET", "/metrics");

        Assert.Equal(200, status);
        Assert.StartsWith("text/plain; version=0.0.4", type);
        Assert.Contains("# TYPE bells_rung_total counter", body);
        Assert.Matches("""(?m)^bells_rung_total\{.*tone="c".*\} 1\b""", body);
    }

    [Fact]
    public async Task Metrics_OfAnAppThatHasNone_AreNotFound()
    {
        await using var host = await TestHost.StartAsync(typeof(Bells));
        Assert.Equal(404, (await host.SendAsync("GET", "/metrics")).Status);
    }

    public class Bells(IMeterFactory meters)
    {
        [Function("ring")]
        public IActionResult Ring([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
        {
            meters.Create(Meter).CreateCounter<long>("bells.rung").Add(1, new KeyValuePair<string, object?>("tone", "c"));
            return new OkResult();
        }
    }
}
