using System.Globalization;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>The parts of a SignalR connection string that the host needs.</summary>
sealed record SignalRConnectionString(Uri Endpoint, int Port, string AccessKey)
{
    public const string Example = "Endpoint=http://localhost;Port=8888;AccessKey=<key>;Version=1.0;";

    public static bool TryParse(string text, out SignalRConnectionString? connection)
    {
        connection = null;
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=');
            if (equals <= 0)
                return false;
            parts[part[..equals].Trim()] = part[(equals + 1)..].Trim();
        }
        if (!parts.TryGetValue("Endpoint", out var address) || !parts.TryGetValue("AccessKey", out var key) || key.Length == 0
            || !Uri.TryCreate(address, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            return false;
        var port = endpoint.Port;
        if (parts.TryGetValue("Port", out var number)
            && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
            return false;
        connection = new(endpoint, port, key);
        return true;
    }

    /// <summary>The connection string of an emulator on this machine.</summary>
    public static string ForEmulator(int port, string accessKey) =>
        string.Create(CultureInfo.InvariantCulture, $"Endpoint=http://localhost;Port={port};AccessKey={accessKey};Version=1.0;");

    public bool IsLoopbackPort(int port) => Endpoint is { Scheme: "http", IsLoopback: true } && Port == port;
}
