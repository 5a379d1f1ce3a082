using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Functions.Settings;

/// <summary>Settings that come in parts, such as <c>AzureWebJobsStorage__accountName</c>: a connection by identity.</summary>
static class ConfigurationParts
{
    /// <summary>One part; null when it is not there or empty. Those from the environment have ':' for '__' already, those from a file have not.</summary>
    public static string? Part(this IConfiguration configuration, string setting, string part) =>
        configuration[$"{setting}:{part}"] is { Length: > 0 } value ? value
        : configuration[$"{setting}__{part}"] is { Length: > 0 } other ? other
        : null;

    /// <summary>
    /// The app's identity: in Azure the user-assigned one with this client id (or the one that <c>AZURE_CLIENT_ID</c> names), on a
    /// developer's machine whoever is signed in.
    /// </summary>
    public static TokenCredential Identity(string? clientId)
    {
        var options = new DefaultAzureCredentialOptions();
        if (clientId is not null)
        {
            options.ManagedIdentityClientId = clientId;
        }

        return new DefaultAzureCredential(options);
    }
}
