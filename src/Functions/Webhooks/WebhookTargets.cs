using System.Net;

namespace Lifecycle.Functions.Webhooks;

/// <summary>Where webhooks may go.</summary>
/// <param name="allowPrivate">Whether private, loopback and other special networks are allowed.</param>
public sealed class WebhookTargets(bool allowPrivate)
{
    const string LocalName = "localhost";
    const int MaxHost = 253;

    /// <summary>Whether a connection may be made to an address.</summary>
    public bool Allow(IPAddress address) => allowPrivate || !SpecialNetworks.Include(address);

    /// <summary>Whether a URL has a host that can be asked for: there are texts that <see cref="Uri"/> takes and that are no name by IDN.</summary>
    public static bool HasHost(Uri url)
    {
        try
        {
            return url.IdnHost.Length is > 0 and <= MaxHost;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a URL may be registered. Judges what can be known without asking anybody: addresses and this machine's own name. What
    /// other names stand for is judged whenever a connection is made.
    /// </summary>
    public bool Allow(Uri url)
    {
        var host = url.IdnHost.TrimEnd('.');
        return allowPrivate || (IPAddress.TryParse(host, out var address)
            ? !SpecialNetworks.Include(address)
            : !host.Equals(LocalName, StringComparison.OrdinalIgnoreCase) && !host.EndsWith("." + LocalName, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>A name or address stands only for networks that webhooks may not go to.</summary>
public sealed class ForbiddenTargetException() : Exception("The target is in a network that webhooks may not go to.");
