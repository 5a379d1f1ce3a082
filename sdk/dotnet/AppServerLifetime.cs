using Lifecycle.Sdk.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Lifecycle.Sdk;

/// <summary>
/// Shuts the app server down with its application. In the stopping phase, because the web server still answers then: Lifecycle hears
/// 503 and a time to ask again, and not a refused connection. A hand-over ends early enough for the drain behind it.
/// </summary>
sealed class AppServerLifetime(AppServer server, IServiceProvider services, IHostApplicationLifetime application, IOptions<HostOptions> host) : IHostedLifecycleService
{
    /// <summary>What the application has for everything else that it stops.</summary>
    static readonly TimeSpan Others = TimeSpan.FromSeconds(2);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // SIGTERM comes here first; the stopping phase follows.
        application.ApplicationStopping.Register(server.StopTakingWebhooks);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Not before: what a webhook begins may need everything that the application starts.
        if (server.Options.Relay) server.StartRelay(services.GetRequiredService<ILifecycleWebhookHandler>());
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        server.ShutdownWithinAsync(
            server.Options.OnShutdown, HandOverWithin(host.Value.ShutdownTimeout, server.Options), server.Options.ShutdownLimit, cancellationToken);

    /// <summary>How long a hand-over may take in an application that has so much time to stop: the host's limit cuts the drain otherwise.</summary>
    internal static TimeSpan HandOverWithin(TimeSpan hostLimit, AppServerOptions options)
    {
        var left = hostLimit - options.ShutdownLimit - Others;
        if (hostLimit == Timeout.InfiniteTimeSpan || options.HandOverLimit <= left) return options.HandOverLimit;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
