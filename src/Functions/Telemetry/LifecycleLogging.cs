using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Telemetry;

/// <summary>What is logged: what the app says, and warnings of everybody else.</summary>
static class LifecycleLogging
{
    /// <summary>
    /// At Information ASP.NET Core tells the address of every request with its query, and so a function key (<c>?code=</c>) or a reconnect
    /// token; the worker filters nothing by itself. Settings of <c>Logging:LogLevel</c> come over this.
    /// </summary>
    public static void AddLifecycleFilters(this ILoggingBuilder logging, IConfiguration configuration) => logging
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("System", LogLevel.Warning)
        .AddConfiguration(configuration.GetSection("Logging"));
}
