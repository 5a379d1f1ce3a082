using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>Serves the app's metrics at <see cref="Path"/>, in the Prometheus text format.</summary>
sealed class MetricsPage(IServiceProvider services, MeterProvider meters)
{
    public const string Path = "/metrics";

    readonly Lazy<RequestDelegate> page = new(() =>
        new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(meters, null, Path, null, null).Build());

    /// <summary>Adds the page when the app has metrics to show.</summary>
    public static void AddTo(IServiceCollection services)
    {
        if (!services.Any(service => service.ServiceType == typeof(MeterProvider)))
            return;
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddPrometheusExporter());
        services.AddSingleton<MetricsPage>();
    }

    public Task HandleAsync(HttpContext context) => page.Value(context);
}
