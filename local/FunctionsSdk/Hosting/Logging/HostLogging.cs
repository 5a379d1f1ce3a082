using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Logging;

/// <summary>The default logging, a line each: all that the official worker would log, and warnings of this host's own.</summary>
static class HostLogging
{
    public static void AddTo(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Lifecycle.Local", LogLevel.Warning);
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, LineLoggerProvider>());
    }
}
