using Lifecycle.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Functions.Console;

/// <summary>What a browser may do with the page: load what this app serves, and talk to this app and to its SignalR service.</summary>
public sealed class ConsoleSecurity(IConfiguration configuration)
{
    // Where the setting cannot be read, the addresses of the service in Azure.
    const string Anywhere = "https://*.service.signalr.net wss://*.service.signalr.net";

    /// <summary>The content security policy.</summary>
    /// <param name="inline">The hash of the one script in the page.</param>
    public string PolicyFor(string inline) => string.Join(
        "; ",
        "default-src 'none'",
        $"script-src 'self' '{inline}'",
        "style-src 'self'",
        "img-src 'self'",
        $"connect-src 'self' {SignalR()}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'");

    // The address alone: what is in the setting beside it is a key. Read anew each time, for an embedded service has its port once it runs.
    string SignalR()
    {
        var text = configuration.GetConnectionString(SignalRSetting.Name) ?? configuration[SignalRSetting.Name];
        var parts = (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToLookup(part => part[0], part => part[1], StringComparer.OrdinalIgnoreCase);
        var address = parts["ClientEndpoint"].FirstOrDefault() ?? parts["Endpoint"].FirstOrDefault() ?? configuration.Part(SignalRSetting.Name, "serviceUri");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return Anywhere;
        }

        var port = parts["Port"].FirstOrDefault() is { } told && int.TryParse(told, out var number) ? number : uri.Port;
        var host = new UriBuilder(uri.Scheme, uri.Host, port).Uri.Authority;
        return uri.Scheme == Uri.UriSchemeHttps ? $"https://{host} wss://{host}" : $"http://{host} ws://{host}";
    }
}
