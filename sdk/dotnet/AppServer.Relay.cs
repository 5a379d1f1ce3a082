using Lifecycle.Sdk.Relay;
using Lifecycle.Sdk.Webhooks;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk;

/// <summary>Webhooks that come over a connection of this process's own.</summary>
public sealed partial class AppServer
{
    readonly ConnectRelay _connectRelay;
    RelayLinks? _relay;

    /// <summary>
    /// Whether Lifecycle has heard that this process takes webhooks over its own connection (<see cref="StartRelay"/>). A process that is not ready gets
    /// none; others of the app do.
    /// </summary>
    public bool IsRelayReady => Relay?.IsReady == true;

    /// <summary>
    /// Opens a connection over which Lifecycle puts the app's webhooks to this process, and keeps it until <see cref="ShutdownAsync"/> or
    /// <see cref="DisposeAsync"/>: for an app that is registered with the webhook address <c>relay:</c>. They are verified and handled as at an endpoint.
    /// An application with <see cref="AppServerOptions.Relay"/> does it by itself; another call does nothing.
    /// </summary>
    /// <param name="handler">Default: attaches when asked to, and stops when told to.</param>
    /// <exception cref="ObjectDisposedException">The app server is disposed.</exception>
    public void StartRelay(ILifecycleWebhookHandler? handler = null)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_relay is not null) return;
            _relay = new RelayLinks(_context, _connectRelay, MakeIntake(handler ?? new AttachingWebhookHandler(this), _context.Loggers), Gate);
            _relay.Follow([_context.Address]);
        }
    }

    internal WebhookIntake MakeIntake(ILifecycleWebhookHandler handler, ILoggerFactory loggers)
    {
        var intake = new WebhookIntake(PackageName, InstanceId, WebhookVerifier, handler, Gate, loggers.CreateLogger<WebhookIntake>());
        intake.WarnIfUnverified();
        return intake;
    }

    /// <summary>The connections over which webhooks come; null before the first.</summary>
    internal RelayLinks? Relay => Volatile.Read(ref _relay);

    Task StopRelayAsync(CancellationToken over) => Relay?.StopAsync(over) ?? Task.CompletedTask;
}
