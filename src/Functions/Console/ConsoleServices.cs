using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Console;

/// <summary>Registers the console.</summary>
static class ConsoleServices
{
    /// <summary>Adds its files, its hub and its feed.</summary>
    public static void AddConsole(this IServiceCollection services)
    {
        services.AddServerlessHub<Console>();
        services.AddTransient<Console>();
        services.TryAddTransient<IConsoleClients>(provider => provider.GetRequiredService<Console>());
        services.AddSingleton<ITransitionFeed>(provider => new ConsoleFeed(
            provider.GetRequiredService<IConsoleClients>, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ConsoleFeed>>()));
        services.AddSingleton<ConsoleWatch>();
        services.AddSingleton<ConsoleFiles>();
        services.AddSingleton<ConsoleSecurity>();
    }
}
