using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk;

/// <summary>Log messages, event ids 1000 to 1099.</summary>
public sealed partial class AppServer
{
    [LoggerMessage(1000, LogLevel.Debug, "Session {SessionId} of {PackageName} begins")]
    partial void LogBegun(string sessionId, string packageName);

    [LoggerMessage(1001, LogLevel.Information, "{PackageName} shuts down, {Mode}: {Sessions} sessions, at most {Limit} for what still runs")]
    partial void LogShutdownBegun(string packageName, ShutdownMode mode, int sessions, TimeSpan limit);

    [LoggerMessage(1002, LogLevel.Information, "{PackageName} has shut down, {Mode}: {Sessions} sessions, {Released} of them released, handlers finished {Finished}")]
    partial void LogShutdownDone(string packageName, ShutdownMode mode, int sessions, int released, bool finished);
}
