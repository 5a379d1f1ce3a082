using System.Globalization;
using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Functions.Settings;

/// <summary>
/// Checks where the SignalR service is when the app starts, before anything asks for it; by then a host that brings a service of its own
/// has said so.
/// </summary>
sealed class SignalRSetting(IConfiguration configuration) : IHostedService
{
    public const string Name = ServerlessHub.DefaultConnectionStringName;
    const string ServiceUri = "serviceUri";
    const string TextExample = "Endpoint=https://<name>.service.signalr.net;AccessKey=<key>;Version=1.0;";
    const string UriExample = "https://<name>.service.signalr.net";

    /// <exception cref="SettingException">It is missing or malformed.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Check(configuration);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="SettingException">It is missing or malformed.</exception>
    public static void Check(IConfiguration configuration)
    {
        // As the library reads it: an empty text is one, and stands before an address.
        if ((configuration.GetConnectionString(Name) ?? configuration[Name]) is { } text)
        {
            CheckText(text);
        }
        else if (configuration.Part(Name, ServiceUri) is { } uri)
        {
            CheckUri(uri);
        }
        else
        {
            throw SettingException.Missing(Name, $"a connection string like {TextExample} (or {Name}__{ServiceUri} an address like {UriExample}, for the app's identity)");
        }
    }

    // Neither the value nor a part of it is told: it holds a key.
    static void CheckText(string text)
    {
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2)).ToList();
        var names = parts.Where(part => part.Length == 2 && part[1].Length > 0).ToLookup(part => part[0], part => part[1], StringComparer.OrdinalIgnoreCase);
        var hasKey = names.Contains("AccessKey") || names.Contains("AuthType");
        if (!hasKey || names["Endpoint"].FirstOrDefault() is not { } endpoint || !IsAddress(endpoint)
            || names.Any(name => name.Count() > 1) || !names["Version"].All(IsVersion) || !names["Port"].All(IsPort))
        {
            throw SettingException.Malformed(Name, "(hidden)", $"a connection string like {TextExample}");
        }
    }

    static void CheckUri(string uri)
    {
        if (!IsAddress(uri))
        {
            throw SettingException.Malformed($"{Name}__{ServiceUri}", uri, $"an address like {UriExample}");
        }
    }

    static bool IsVersion(string text) => Version.TryParse(text, out var version) && version.Major == 1;

    static bool IsPort(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;

    static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);
}
