namespace Lifecycle.Functions.Webhooks;

/// <summary>
/// How webhooks leave the process; tests and scenarios put their own apps in its place. A message invoker and not an HttpClient:
/// one timeout and no redirects are all that is wanted here.
/// </summary>
public sealed class WebhookTransport(HttpMessageHandler handler) : IDisposable
{
    readonly HttpMessageInvoker invoker = new(handler);

    /// <summary>Over the network. Connections are renewed often enough to follow DNS.</summary>
    public static WebhookTransport OverNetwork() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        ActivityHeadersPropagator = null,
    });

    /// <summary>Sends one request; the body of the answer is not read.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        invoker.SendAsync(request, cancellation);

    /// <inheritdoc/>
    public void Dispose() => invoker.Dispose();
}
