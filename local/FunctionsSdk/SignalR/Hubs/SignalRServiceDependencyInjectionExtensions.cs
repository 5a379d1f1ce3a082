using Lifecycle.Local.FunctionsSdk.SignalR;
using Microsoft.Azure.Functions.Worker.SignalRService;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers serverless hubs.</summary>
public static class SignalRServiceDependencyInjectionExtensions
{
    /// <summary>Registers the hub class; the hub's name is the class name. Registering twice changes nothing.</summary>
    public static IServiceCollection AddServerlessHub<THub>(this IServiceCollection services) where THub : ServerlessHub
        => HubRegistration.Add(services, typeof(THub));
}
