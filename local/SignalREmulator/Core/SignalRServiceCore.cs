using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Local.SignalR;

/// <summary>
/// The emulated service itself: hubs with their connections, users and groups, and the upstream events. It knows no sockets and
/// starts no threads, so it also runs under virtual time; transports and the REST endpoint are built on it.
/// </summary>
public sealed class SignalRServiceCore
{
    readonly ConcurrentDictionary<string, ServiceHub> hubs = new(StringComparer.Ordinal);
    readonly SignalRServiceOptions options;
    readonly UpstreamDelivery delivery;

    /// <summary>Makes a service. Without an upstream no events are sent and invocations fail.</summary>
    public SignalRServiceCore(SignalRServiceOptions options, IUpstream? upstream = null, ILogger? logger = null)
    {
        this.options = options;
        ConnectionString = new(options.Endpoint, options.AccessKey);
        Upstream = upstream;
        Logger = logger ?? NullLogger.Instance;
        Random = new ServiceRandom(options.Seed);
        Faults = new ServiceFaults(this);
        delivery = new UpstreamDelivery(this);
        Api = new EmbeddedServiceApi(this);
    }

    /// <summary>The service's address and key. A server sets the address that it listens on.</summary>
    public ServiceConnectionString ConnectionString { get; internal set; }

    /// <summary>Where events go; can be set until the first client connects.</summary>
    public IUpstream? Upstream { get; set; }

    /// <summary>What goes wrong on demand.</summary>
    public ServiceFaults Faults { get; }

    /// <summary>What an app in the same process calls.</summary>
    public IServiceApi Api { get; }

    /// <summary>The time that all deadlines are measured with.</summary>
    public TimeProvider TimeProvider => options.TimeProvider;

    /// <summary>How the service was set up.</summary>
    public SignalRServiceOptions Options => options;

    /// <summary>The live connections of all hubs.</summary>
    public int ConnectionCount => hubs.Values.Sum(h => h.ConnectionCount);

    internal ILogger Logger { get; }

    internal ServiceRandom Random { get; }

    internal IEnumerable<ServiceHub> Hubs => hubs.Values;

    /// <summary>Checks a client's token for a client url such as <c>http://localhost:8888/client/?hub=apps</c>.</summary>
    /// <param name="url">The url with its query; the token itself is not passed on to the app.</param>
    /// <param name="token">The access token.</param>
    /// <exception cref="ClientRefusedException">The client may not connect.</exception>
    public ClientIdentity Authorize(Uri url, string? token)
        => Faults.RefuseConnections
            ? throw new ClientRefusedException(503, "The service refuses connections.")
            : Identify(url, token);

    /// <summary>As <see cref="Authorize"/>, for requests of a connection that is already there.</summary>
    internal ClientIdentity Identify(Uri url, string? token)
    {
        var hub = Audience.HubOf(url.Query).ToLowerInvariant();
        if (!HubNames.IsValid(hub))
        {
            throw new ClientRefusedException(400, "The query needs a hub that begins with a letter and has letters, digits and underscores.");
        }
        var verdict = AccessTokenReader.Check(
            token, options.AccessKey, TimeProvider.GetUtcNow(), a => Audience.IsClient(a, hub, ConnectionString.Endpoint, url));
        return verdict.Problem is { } problem
            ? throw new ClientRefusedException(401, problem)
            : new ClientIdentity(hub, verdict.UserId, verdict.Claims, ClientQuery.WithoutToken(url.Query));
    }

    /// <summary>Lets a client in: it can be sent to at once, and the app is told.</summary>
    /// <param name="connectionId">An id that no connection has had.</param>
    /// <param name="identity">From <see cref="Authorize"/>.</param>
    /// <param name="sink">The way to the client.</param>
    public ClientSession Connect(string connectionId, ClientIdentity identity, IClientSink sink)
    {
        var session = Create(connectionId, identity, sink);
        session.Start();
        return session;
    }

    /// <summary>Makes a connection that has not begun, for a sink that must know it before the first call arrives.</summary>
    internal ClientSession Create(string connectionId, ClientIdentity identity, IClientSink sink)
        => new(connectionId, identity, sink, Hub(identity.Hub), this, delivery);

    internal ServiceHub Hub(string name) => hubs.GetOrAdd(name.ToLowerInvariant(), static (key, core) => new ServiceHub(key, core.TimeProvider), this);
}
