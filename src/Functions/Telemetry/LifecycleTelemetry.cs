using Azure.Monitor.OpenTelemetry.Exporter;
using Lifecycle.Entities;
using Lifecycle.Functions.Settings;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Lifecycle.Functions.Telemetry;

/// <summary>Sends what the app counts, traces and logs to where the settings say, and locally to whoever asks the host.</summary>
static class LifecycleTelemetry
{
    const string ServiceName = "lifecycle";

    public static void AddLifecycleTelemetry(this IServiceCollection services, TelemetrySetting setting)
    {
        services.AddMetrics();
        services.AddSingleton<LifecycleMetrics>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName)) // in Azure the host's own name for it comes over this one
            .WithMetrics(metrics => metrics.AddMeter(LifecycleInstruments.MeterName))
            .WithTracing(traces => traces.AddSource(LifecycleTracing.SourceName));
        if (setting.ApplicationInsights is not null || setting.Otlp)
        {
            // The host hands nothing on from here that the app sends itself; without an exporter the app's log would then be seen nowhere.
            telemetry.UseFunctionsWorkerDefaults();
        }

        if (setting.ApplicationInsights is not null)
        {
            telemetry.UseAzureMonitorExporter(options => Configure(options, setting));
        }

        if (setting.Otlp)
        {
            telemetry.UseOtlpExporter();
        }
    }

    // Traces are sampled by the exporter (five a second and instance); what happened to a session must not be: percentiles are computed
    // of it. So logs do not share the fate of their trace.
    static void Configure(AzureMonitorExporterOptions options, TelemetrySetting setting)
    {
        options.ConnectionString = setting.ApplicationInsights;
        options.Credential = setting.ByIdentity ? ConfigurationParts.Identity(setting.ClientId) : null;
        options.EnableTraceBasedLogsSampler = false;
    }
}
