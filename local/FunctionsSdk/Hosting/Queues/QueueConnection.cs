using Azure.Identity;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>Finds the storage account of a queue function in the settings, by the official names.</summary>
static class QueueConnection
{
    const string Default = "Storage";

    /// <summary>The setting that a function needs, in the form it is usually written.</summary>
    public static string SettingOf(string? connection) => connection ?? "AzureWebJobs" + Default;

    /// <summary>The queue service of a connection; null when no setting names one.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="connection">The function's <c>Connection</c>; null for <c>AzureWebJobsStorage</c>.</param>
    /// <exception cref="StartProblemException">There is a setting, but it cannot be used.</exception>
    public static QueueServiceClient? Open(IConfiguration configuration, string? connection)
    {
        var name = connection ?? Default;
        foreach (var key in (string[])["AzureWebJobs" + name, name])
            if (FromText(configuration, key) is { } byKey)
                return byKey;
            else if (FromIdentity(configuration, key) is { } byIdentity)
                return byIdentity;
        return null;
    }

    static QueueServiceClient? FromText(IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return null;
        try
        {
            return new QueueServiceClient(text, Options());
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // Neither the value nor what the parser says of it: it holds a key.
            throw new StartProblemException(
                $"Setting '{key}' is not a storage connection string. It should look like 'UseDevelopmentStorage=true' or 'DefaultEndpointsProtocol=https;AccountName=<name>;AccountKey=<key>'.");
        }
    }

    static QueueServiceClient? FromIdentity(IConfiguration configuration, string key)
    {
        var address = Value("queueServiceUri") ?? (Value("accountName") is { } account ? $"https://{account}.queue.core.windows.net" : null);
        if (address is null)
            return null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
            throw new StartProblemException(
                $"Setting '{key}:queueServiceUri' is '{address}'. It should look like 'https://<account>.queue.core.windows.net'.");
        var identity = new DefaultAzureCredentialOptions();
        if (Value("clientId") is { } client)
            identity.ManagedIdentityClientId = client;
        return new QueueServiceClient(uri, new DefaultAzureCredential(identity), Options());

        // Settings from the environment have ':' for '__' already.
        string? Value(string part) =>
            configuration[$"{key}:{part}"] is { Length: > 0 } value ? value : configuration[$"{key}__{part}"] is { Length: > 0 } other ? other : null;
    }

    // The listener tries again itself, on the host's clock; and a text that is not Base64 must not fail the whole batch.
    static QueueClientOptions Options() => new()
    {
        MessageEncoding = QueueMessageEncoding.None,
        Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromSeconds(30) },
    };
}
