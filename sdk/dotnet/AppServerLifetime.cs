using Microsoft.Extensions.Hosting;

namespace Lifecycle.Sdk;

/// <summary>
/// Shuts the app server down with its application. In the stopping phase, because the web server still answers then: Lifecycle hears
/// 503 and a time to ask again, and not a refused connection.
/// </summary>
sealed class AppServerLifetime(AppServer server, IHostApplicationLifetime application) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // SIGTERM comes here first; the stopping phase follows.
        application.ApplicationStopping.Register(server.StopTakingWebhooks);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        server.ShutdownAsync(server.Options.OnShutdown, cancellationToken: cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
