using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Lifecycle.Local.SignalR;
using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Azure.SignalR.Management;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Local.FunctionsSdk.SignalR;

/// <summary>
/// The contexts of the registered hubs, made when first asked for: the address of an embedded emulator is known only
/// after it has started.
/// </summary>
/// <remarks>
/// An <see cref="IServiceApi"/> among the services serves every hub (the embedded emulator); without one, each hub speaks REST to
/// the service that its connection string names.
/// </remarks>
sealed class RegisteredHubContexts(IServiceProvider services, IEnumerable<HubRegistration> registrations) : HubContextProvider
{
    readonly HashSet<Type> registered = [.. registrations.Select(r => r.HubType)];
    readonly ConcurrentDictionary<Type, ServiceHubContext> contexts = new();

    public override bool TryGet(Type hubType, [NotNullWhen(true)] out ServiceHubContext? context)
    {
        context = registered.Contains(hubType) ? contexts.GetOrAdd(hubType, Create) : null;
        return context is not null;
    }

    ServiceHubContext Create(Type hubType)
    {
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var api = services.GetService<IServiceApi>() ?? new RestServiceApi(ConnectionString(hubType), time);
        return new ApiHubContext(api, hubType.Name, time);
    }

    ServiceConnectionString ConnectionString(Type hubType)
    {
        var name = hubType.GetCustomAttribute<ServerlessHub.SignalRConnectionAttribute>(true)?.ConnectionName
            ?? ServerlessHub.DefaultConnectionStringName;
        var configuration = services.GetRequiredService<IConfiguration>();
        var text = configuration.GetConnectionString(name) ?? configuration[name]
            ?? throw new InvalidOperationException($"The setting {name} with the SignalR connection string is missing.");
        return ServiceConnectionString.Parse(text);
    }
}
