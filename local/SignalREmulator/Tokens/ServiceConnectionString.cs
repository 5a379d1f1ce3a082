using System.Diagnostics.CodeAnalysis;

namespace Lifecycle.Local.SignalR;

/// <summary>Where a SignalR service is and the key that signs its tokens, read from its connection string.</summary>
public sealed record ServiceConnectionString(Uri Endpoint, string AccessKey)
{
    /// <summary>The client endpoint of a hub, as the service's own tokens name it.</summary>
    public string ClientUrl(string hub) => $"{Endpoint.GetLeftPart(UriPartial.Authority)}/client/?hub={Uri.EscapeDataString(hub.ToLowerInvariant())}";

    /// <summary>The audience of a hub's client tokens. The official library writes it without the port.</summary>
    public string ClientAudience(string hub) => $"{Endpoint.Scheme}://{Endpoint.Host}/client/?hub={Uri.EscapeDataString(hub.ToLowerInvariant())}";

    /// <summary>Reads <c>Endpoint=…;AccessKey=…;[Port=…;][Version=1.0;]</c>.</summary>
    /// <exception cref="FormatException">A part is missing or malformed; the message names it and never shows the key.</exception>
    public static ServiceConnectionString Parse(string text)
        => TryParse(text, out var result, out var problem) ? result : throw new FormatException(problem);

    /// <summary>Reads a connection string; says in words what is wrong with a bad one.</summary>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out ServiceConnectionString? result,
        [NotNullWhen(false)] out string? problem)
    {
        result = null;
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // A key may end in '=', so only the first one separates.
            var at = part.IndexOf('=');
            if (at <= 0)
            {
                problem = "The SignalR connection string has a part without a name.";
                return false;
            }
            parts[part[..at].Trim()] = part[(at + 1)..].Trim();
        }
        if (!parts.TryGetValue("Endpoint", out var endpoint)
            || !Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            problem = "The SignalR connection string needs an Endpoint that is an http or https address.";
            return false;
        }
        if (!parts.TryGetValue("AccessKey", out var key) || key.Length == 0)
        {
            problem = "The SignalR connection string needs an AccessKey.";
            return false;
        }
        if (parts.TryGetValue("Port", out var port))
        {
            if (!ushort.TryParse(port, out var number) || number == 0)
            {
                problem = "The Port of the SignalR connection string is not a number from 1 to 65535.";
                return false;
            }
            uri = new UriBuilder(uri) { Port = number }.Uri;
        }
        result = new(uri, key);
        problem = null;
        return true;
    }

    /// <summary>The connection string, key included, in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var port = Endpoint.IsDefaultPort ? "" : $"Port={Endpoint.Port};";
        return $"Endpoint={Endpoint.Scheme}://{Endpoint.Host};{port}AccessKey={AccessKey};Version=1.0;";
    }
}
