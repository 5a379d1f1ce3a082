using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk;

/// <summary>Log messages, event ids 1000 to 1099.</summary>
public sealed partial class AppServer
{
    [LoggerMessage(1000, LogLevel.Debug, "Session {SessionId} of {PackageName} begins")]
    partial void LogBegun(string sessionId, string packageName);

    [LoggerMessage(1002, LogLevel.Information, "Leaving by {Mode} with {Sessions} sessions")]
    partial void LogLeaving(ShutdownMode mode, int sessions);

    [LoggerMessage(1003, LogLevel.Warning, "Handlers or goodbyes were still under way at the limit of the shutdown")]
    partial void LogLeftEarly();
}
