using System.Net;

namespace Lifecycle.Functions.Webhooks;

/// <summary>
/// How webhooks leave the process; tests and scenarios put their own apps in its place. A message invoker and not an HttpClient:
/// one timeout and no redirects are all that is wanted here.
/// </summary>
public sealed class WebhookTransport(HttpMessageHandler handler) : IDisposable
{
    const int MaxHeadersKilobytes = 16;
    const int MaxDrainBytes = 4096;

    // Above every webhook timeout, which is the one that counts.
    static readonly TimeSpan connectLimit = TimeSpan.FromMinutes(2);

    readonly HttpMessageInvoker invoker = new(handler);

    /// <summary>
    /// Over the network, to allowed targets only, without proxy, cookies and redirects. Connections are renewed often enough to
    /// follow DNS; of an answer the head is read, and of its body no more than it takes to use the connection again.
    /// </summary>
    public static WebhookTransport OverNetwork(WebhookTargets targets, TimeProvider time) =>
        OverNetwork(targets, time, Dns.GetHostAddressesAsync);

    internal static WebhookTransport OverNetwork(
        WebhookTargets targets, TimeProvider time, WebhookConnector.Resolver resolve, Action<SocketsHttpHandler>? configure = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = connectLimit,
            ConnectCallback = new WebhookConnector(targets, time, resolve).ConnectAsync,
            MaxResponseHeadersLength = MaxHeadersKilobytes,
            MaxResponseDrainSize = MaxDrainBytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            ActivityHeadersPropagator = null,
        };
        configure?.Invoke(handler);
        return new WebhookTransport(handler);
    }

    /// <summary>Sends one request; the body of the answer is not read.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        invoker.SendAsync(request, cancellation);

    /// <inheritdoc/>
    public void Dispose() => invoker.Dispose();
}
