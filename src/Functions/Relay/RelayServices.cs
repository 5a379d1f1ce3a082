using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Relay;

/// <summary>Registers the road of relayed webhooks.</summary>
static class RelayServices
{
    /// <summary>Adds hub, tickets, sender and who takes answers.</summary>
    public static void AddRelay(this IServiceCollection services)
    {
        services.AddServerlessHub<Relay>();
        // Not singletons: the hub finds its context when it is made, and one that is made before the context is there never finds it.
        services.AddTransient<Relay>();
        services.AddTransient<IRelayConnections>(provider => provider.GetRequiredService<Relay>());
        services.AddSingleton<RelayTickets>();
        services.AddSingleton<RelayDesk>();
        services.AddSingleton(provider => new RelayAnswers(
            provider.GetRequiredService<RelayTickets>(), provider.GetRequiredService<RelayDesk>(), provider.GetRequiredService<LifecycleMetrics>()));
        services.AddTransient(provider => new RelaySender(
            provider.GetRequiredService<IRelayConnections>(),
            provider.GetRequiredService<RelayTickets>(),
            provider.GetRequiredService<RelayDesk>(),
            provider.GetRequiredService<LifecycleMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RelaySender>>()));
    }
}
