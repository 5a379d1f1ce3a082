using Microsoft.Extensions.Hosting;

namespace Lifecycle.Sdk;

/// <summary>Ties an app server to its application: when that is told to stop, it leaves as its options say.</summary>
sealed class AppServerLifetime(AppServer server, IHostApplicationLifetime application) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        application.ApplicationStopping.Register(server.StopTakingWebhooks);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        server.ShutdownAsync(server.Options.OnShutdown, cancellationToken: cancellationToken);
}
