using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Canary;

/// <summary>Registers the canary and who shares what it sees.</summary>
static class CanaryServices
{
    /// <summary>Adds both; an <see cref="ICanary"/> that is there already stays.</summary>
    public static void AddCanary(this IServiceCollection services)
    {
        services.AddServerlessHub<Canary>();
        services.AddTransient<Canary>();
        services.TryAddSingleton<ICanary>(provider => new SignalRCanary(
            provider.GetRequiredService<Canary>,
            SignalRCanary.Patience,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SignalRCanary>>()));
        services.AddSingleton<ServiceWatch>();
        services.TryAddSingleton<IServiceWatch>(provider => provider.GetRequiredService<ServiceWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<ServiceWatch>());
        services.AddSingleton<ServiceReach>();
    }
}
