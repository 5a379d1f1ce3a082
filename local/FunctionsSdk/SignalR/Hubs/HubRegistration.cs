using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Lifecycle.Local.FunctionsSdk.SignalR;

/// <summary>A hub class that was registered; the hub's name is the name of the class.</summary>
sealed record HubRegistration(Type HubType)
{
    public static IServiceCollection Add(IServiceCollection services, Type hubType)
    {
        services.TryAddSingleton<HubContextProvider, RegisteredHubContexts>();
        if (!services.Any(s => s.ImplementationInstance is HubRegistration r && r.HubType == hubType))
        {
            services.AddSingleton(new HubRegistration(hubType));
        }
        return services;
    }
}
