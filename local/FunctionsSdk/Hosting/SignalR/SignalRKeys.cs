using System.Collections.Concurrent;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>The access keys of the connection strings that SignalR functions name.</summary>
sealed class SignalRKeys(IConfiguration configuration)
{
    readonly ConcurrentDictionary<string, string> _keys = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="InvalidOperationException">The setting is missing.</exception>
    /// <exception cref="FormatException">The setting is not a connection string.</exception>
    public string Of(string setting) => _keys.GetOrAdd(setting, Read);

    string Read(string setting) => ServiceConnectionString.Parse(
        configuration[setting] ?? configuration.GetConnectionString(setting)
        ?? throw new InvalidOperationException($"The setting '{setting}' with the SignalR connection string is missing.")).AccessKey;
}
