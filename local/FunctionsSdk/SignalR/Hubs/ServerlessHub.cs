using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.SignalR.Management;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker.SignalRService;

/// <summary>Base of a class whose functions answer a hub's events and that calls the hub's clients.</summary>
/// <remarks>The hub's name is the class name; register it with <c>AddServerlessHub</c>.</remarks>
public abstract class ServerlessHub
{
    /// <summary>The setting that holds the connection string unless the class names another one.</summary>
    public const string DefaultConnectionStringName = "AzureSignalRConnectionString";

    static readonly NegotiationOptions defaultOptions = new();
    readonly ServiceHubContext? context;

    /// <summary>Takes the hub's context from the services.</summary>
    [ActivatorUtilitiesConstructor]
    protected ServerlessHub(IServiceProvider serviceProvider)
        => serviceProvider.GetService<HubContextProvider>()?.TryGet(GetType(), out context);

    /// <summary>Takes the given context; for unit tests.</summary>
    protected ServerlessHub(ServiceHubContext serviceHubContext) => context = serviceHubContext;

    /// <summary>Sends to clients.</summary>
    protected virtual IHubClients Clients => Context.Clients;

    /// <summary>The groups of connections.</summary>
    protected virtual GroupManager Groups => Context.Groups;

    /// <summary>The groups of users.</summary>
    protected virtual UserGroupManager UserGroups => Context.UserGroups;

    /// <summary>Asks about and closes clients.</summary>
    protected virtual ClientManager ClientManager => Context.ClientManager;

    ServiceHubContext Context => context
        ?? throw new InvalidOperationException($"{GetType().Name} is not registered with services.AddServerlessHub().");

    /// <summary>Makes the JSON that a client connects with: <c>{"url":…,"accessToken":…}</c>.</summary>
    protected virtual async Task<BinaryData> NegotiateAsync(NegotiationOptions? options = null)
    {
        var response = await Context.NegotiateAsync(options ?? defaultOptions);
        var info = new SignalRConnectionInfo { Url = response.Url!, AccessToken = response.AccessToken! };
        return new BinaryData(JsonSerializer.SerializeToUtf8Bytes(info, JsonSerializerOptions.Web));
    }

    /// <summary>Names the setting that holds the hub's connection string.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    protected internal class SignalRConnectionAttribute : Attribute
    {
        /// <summary>Names the setting.</summary>
        public SignalRConnectionAttribute(string connectionName = DefaultConnectionStringName)
            => ConnectionName = connectionName;

        /// <summary>The setting's name.</summary>
        public string ConnectionName { get; }
    }
}
