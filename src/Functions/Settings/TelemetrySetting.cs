using Microsoft.Extensions.Configuration;

namespace Lifecycle.Functions.Settings;

/// <summary>Where metrics, traces and logs are sent, by the names that Azure and OpenTelemetry give these settings.</summary>
/// <param name="ApplicationInsights">The connection string of Application Insights; null to send nothing there.</param>
/// <param name="ByIdentity">Whether the app's identity is shown there: local authentication is off.</param>
/// <param name="ClientId">Of which user-assigned identity; null for the default one.</param>
/// <param name="Otlp">Whether an OTLP endpoint is set; the exporter reads it itself.</param>
public sealed record TelemetrySetting(string? ApplicationInsights, bool ByIdentity, string? ClientId, bool Otlp)
{
    /// <summary>The connection string of Application Insights.</summary>
    public const string ConnectionSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>How to authenticate there; absent for the key in the connection string alone.</summary>
    public const string AuthenticationSetting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>Where an OpenTelemetry collector listens (OpenTelemetry specification, OTLP exporter).</summary>
    public const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingException">One is malformed.</exception>
    public static TelemetrySetting Read(IConfiguration configuration)
    {
        var connection = configuration[ConnectionSetting] is { Length: > 0 } text ? text : null;
        if (connection is not null && !(Guid.TryParse(ValueOf(connection, "InstrumentationKey"), out _) && ValueOf(connection, "IngestionEndpoint") is null or { Length: > 0 }))
        {
            throw SettingException.Malformed(ConnectionSetting, "(hidden)", "a connection string like InstrumentationKey=<guid>;IngestionEndpoint=https://<region>.in.applicationinsights.azure.com/");
        }

        var authentication = configuration[AuthenticationSetting] is { Length: > 0 } how ? how : null;
        if (authentication is not null && !string.Equals(ValueOf(authentication, "Authorization"), "AAD", StringComparison.OrdinalIgnoreCase))
        {
            throw SettingException.Malformed(AuthenticationSetting, authentication, "Authorization=AAD, or Authorization=AAD;ClientId=<client id of a user-assigned identity>");
        }

        return new(connection, authentication is not null, authentication is null ? null : ValueOf(authentication, "ClientId"), ReadOtlp(configuration[OtlpSetting]));
    }

    static bool ReadOtlp(string? endpoint) => endpoint switch
    {
        null or "" => false,
        _ when Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" => true,
        _ => throw SettingException.Malformed(OtlpSetting, endpoint, "the address of an OpenTelemetry collector, such as http://localhost:4317"),
    };

    static string? ValueOf(string text, string name) => text
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(part => part.Split('=', 2))
        .FirstOrDefault(part => part.Length == 2 && part[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1];
}
