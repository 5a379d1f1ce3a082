using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Microsoft.Azure.Functions.Worker.OpenTelemetry;

/// <summary>Joins the app's OpenTelemetry to its host.</summary>
public static class ConfigureFunctionsOpenTelemetry
{
    /// <summary>
    /// In Azure: the host leaves the app's logs and spans to the app. Here: the host serves the app's metrics in the Prometheus format
    /// at <c>/metrics</c>.
    /// </summary>
    public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<MetricsPage>();
        return builder.WithMetrics(metrics => metrics.AddPrometheusExporter());
    }
}
