using System.Net;
using System.Net.Sockets;

namespace Lifecycle.Functions.Webhooks;

/// <summary>
/// The addresses that are not simply a host of the public internet (IANA's special-purpose registries). A webhook to one of them would
/// let an app's owner reach into the network that Lifecycle runs in.
/// </summary>
public static class SpecialNetworks
{
    static readonly IPNetwork[] v4 = Networks(
        "0.0.0.0/8", // this network, unspecified
        "10.0.0.0/8", // private
        "100.64.0.0/10", // carrier-grade NAT
        "127.0.0.0/8", // loopback
        "168.63.129.16/32", // Azure's own host services, reachable from every machine there
        "169.254.0.0/16", // link-local, with the clouds' metadata service
        "172.16.0.0/12", // private
        "192.0.0.0/24", // protocol assignments
        "192.0.2.0/24", // documentation
        "192.88.99.0/24", // 6to4 relays
        "192.168.0.0/16", // private
        "198.18.0.0/15", // benchmarks
        "198.51.100.0/24", // documentation
        "203.0.113.0/24", // documentation
        "224.0.0.0/4", // multicast
        "240.0.0.0/4"); // reserved, broadcast

    // Everything public is in here: loopback, unspecified, unique-local, link-local, site-local and multicast are outside.
    static readonly IPNetwork publicV6 = IPNetwork.Parse("2000::/3");

    static readonly IPNetwork[] v6 = Networks(
        "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32", // documentation
        "2002::/16", // 6to4: holds an IPv4 address that a relay would reach
        "3ffe::/16", // 6bone, given back
        "3fff::/20"); // documentation

    static readonly IPNetwork nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether an address is special. IPv4 addresses inside of IPv6 ones (mapped, NAT64) are judged as what they stand for.</summary>
    public static bool Include(IPAddress address) => address switch
    {
        { AddressFamily: AddressFamily.InterNetwork } => v4.Any(network => network.Contains(address)),
        { AddressFamily: not AddressFamily.InterNetworkV6 } => true,
        { IsIPv4MappedToIPv6: true } => Include(address.MapToIPv4()),
        { ScopeId: not 0 } => true,
        _ when nat64.Contains(address) => Include(new IPAddress(address.GetAddressBytes().AsSpan(12))),
        _ => !publicV6.Contains(address) || v6.Any(network => network.Contains(address)),
    };

    static IPNetwork[] Networks(params string[] prefixes) => [.. prefixes.Select(prefix => IPNetwork.Parse(prefix))];
}
