using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Logging;

/// <summary>The default logging: the app's own lines, and warnings of everything else, a line each.</summary>
static class HostLogging
{
    public static void AddTo(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddFilter("Lifecycle.Local", LogLevel.Warning);
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, LineLoggerProvider>());
    }
}
