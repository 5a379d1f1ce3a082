using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Logging;

/// <summary>Writes log entries to the console, a line each: time, level, category, message.</summary>
sealed class LineLoggerProvider(IServiceProvider services) : ILoggerProvider
{
    readonly ConcurrentDictionary<string, LineLogger> _loggers = new(StringComparer.Ordinal);

    // Resolved late: the clock and the console may be services that log themselves.
    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new LineLogger(
        name[(name.LastIndexOf('.') + 1)..],
        services.GetRequiredService<HostConsole>().Out,
        services.GetRequiredService<TimeProvider>()));

    public void Dispose()
    {
    }
}
