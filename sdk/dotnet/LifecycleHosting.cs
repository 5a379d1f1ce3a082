using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk;

/// <summary>Puts an app server into an ASP.NET Core application.</summary>
public static class LifecycleHosting
{
    /// <summary>
    /// Adds a singleton <see cref="AppServer"/> and the webhook handler that attaches. When the application stops, the app server shuts
    /// down first, as <see cref="AppServerOptions.OnShutdown"/> says, while webhooks are answered with 503. With <see cref="AppServerOptions.Relay"/> it gets
    /// its webhooks from the moment that the application has started, without an endpoint.
    /// </summary>
    public static IServiceCollection AddLifecycleAppServer(this IServiceCollection services, Action<AppServerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(provider =>
        {
            var options = new AppServerOptions();
            configure(options);
            return new AppServer(options, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>());
        });
        services.TryAddSingleton<ILifecycleWebhookHandler, AttachingWebhookHandler>();
        services.AddHostedService<AppServerLifetime>();
        return services;
    }

    /// <summary>
    /// Receives Lifecycle's webhooks with POST at the pattern. Repeats of one webhook id are handled once; wrong or
    /// oversized requests get a 4xx problem answer. With <see cref="AppServerOptions.WebhookSecrets"/> every request must be signed with
    /// one of them and be at most five minutes old; others get 401. From the moment that the application stops, all get 503 with
    /// Retry-After and the id of this process (<c>x-lifecycle-leaving</c>); handlers that run may finish, and their token is cancelled when
    /// <see cref="AppServerOptions.ShutdownLimit"/>, behind a hand-over, is over.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path that was registered as the package's webhook address.</param>
    /// <param name="handler">Default: the registered <see cref="ILifecycleWebhookHandler"/>, which attaches unless it was replaced.</param>
    /// <param name="server">Default: the registered one. It names the package and has the secrets.</param>
    public static IEndpointConventionBuilder MapLifecycleWebhook(
        this IEndpointRouteBuilder endpoints,
        string pattern,
        Func<LifecycleWebhook, CancellationToken, Task<WebhookAnswer>>? handler = null,
        AppServer? server = null)
    {
        var services = endpoints.ServiceProvider;
        var app = server ?? services.GetRequiredService<AppServer>();
        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.Register(app.StopTakingWebhooks);
        var handles = handler is not null ? new DelegateHandler(handler)
            : server is not null ? new AttachingWebhookHandler(server)
            : services.GetRequiredService<ILifecycleWebhookHandler>();
        var receiver = new WebhookReceiver(app.MakeIntake(handles, services.GetRequiredService<ILoggerFactory>()));
        // As a Delegate: a RequestDelegate would throw the result away.
        return endpoints.MapPost(pattern, (Delegate)((HttpContext http) => receiver.ReceiveAsync(http)));
    }

    sealed class DelegateHandler(Func<LifecycleWebhook, CancellationToken, Task<WebhookAnswer>> handle) : ILifecycleWebhookHandler
    {
        public Task<WebhookAnswer> HandleAsync(LifecycleWebhook webhook, CancellationToken cancellationToken) => handle(webhook, cancellationToken);
    }
}
