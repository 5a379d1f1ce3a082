using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Metrics;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>Serves the app's metrics at <see cref="Path"/>, in the Prometheus text format.</summary>
sealed class MetricsPage(IServiceProvider services, MeterProvider meters)
{
    public const string Path = "/metrics";

    readonly Lazy<RequestDelegate> page = new(() =>
        new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(meters, null, Path, null, null).Build());

    public Task HandleAsync(HttpContext context) => page.Value(context);
}
