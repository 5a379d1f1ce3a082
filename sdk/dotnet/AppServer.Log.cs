using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk;

/// <summary>Log messages, event ids 1000 to 1099.</summary>
public sealed partial class AppServer
{
    [LoggerMessage(1000, LogLevel.Debug, "Session {SessionId} of {PackageName} begins")]
    partial void LogBegun(string sessionId, string packageName);
}
