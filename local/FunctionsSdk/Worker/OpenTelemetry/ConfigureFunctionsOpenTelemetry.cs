using OpenTelemetry;

namespace Microsoft.Azure.Functions.Worker.OpenTelemetry;

/// <summary>Joins the app's OpenTelemetry to its host.</summary>
public static class ConfigureFunctionsOpenTelemetry
{
    /// <summary>In Azure the host leaves the app's logs and spans to the app from now on. Here it never sent any: nothing changes.</summary>
    public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder;
    }
}
