using Azure.Storage.Queues;
using Lifecycle.Entities;
using Lifecycle.Functions.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Events;

/// <summary>Chooses where events go: to storage queues when a storage account is set; in development else to this process's memory.</summary>
static class EventSinks
{
    /// <summary>The setting that names the storage account: a connection string, or <c>__queueServiceUri</c> or <c>__accountName</c> under it.</summary>
    public const string Setting = "AzureWebJobsStorage";

    /// <summary>Adds the sink.</summary>
    /// <exception cref="SettingException">The setting cannot be used.</exception>
    public static void AddEventSink(this IServiceCollection services, IConfiguration configuration, bool isDevelopment)
    {
        if (OpenQueues(configuration) is { } queues)
        {
            services.AddSingleton<IEventSink>(new QueueEventSink(queues));
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<QueueMaker>(provider, queues));
            return;
        }

        if (!isDevelopment)
        {
            throw SettingException.Missing(
                Setting, $"a storage connection string (or {Setting}__accountName the name of a storage account, for the app's identity): events kept in memory would be lost");
        }

        services.AddSingleton<LocalEventSink>();
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<LocalEventSink>());
    }

    static QueueServiceClient? OpenQueues(IConfiguration configuration)
    {
        if (configuration[Setting] is { Length: > 0 } connection)
        {
            return FromText(connection);
        }

        var address = configuration.Part(Setting, "queueServiceUri")
            ?? (configuration.Part(Setting, "accountName") is { } account ? $"https://{account}.queue.core.windows.net" : null);
        return address is null ? null : new QueueServiceClient(ReadUri(address), ConfigurationParts.Identity(configuration.Part(Setting, "clientId")), Options());
    }

    static QueueServiceClient FromText(string connection)
    {
        try
        {
            return new QueueServiceClient(connection, Options());
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // Neither the value nor what the parser says of it: it holds a key.
            throw SettingException.Malformed(
                Setting, "(hidden)", "a storage connection string, such as UseDevelopmentStorage=true or DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…");
        }
    }

    static Uri ReadUri(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            ? uri
            : throw SettingException.Malformed($"{Setting}__queueServiceUri", address, "an address like https://<account>.queue.core.windows.net");

    // One try: the outbox knows when to try again, and no transition may wait for a queue.
    static QueueClientOptions Options() => new()
    {
        MessageEncoding = QueueMessageEncoding.None,
        Retry = { MaxRetries = 0, NetworkTimeout = EventSender.Limit },
    };
}
