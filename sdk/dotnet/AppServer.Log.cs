using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk;

/// <summary>Log messages, event ids 1000 to 1099.</summary>
public sealed partial class AppServer
{
    [LoggerMessage(1000, LogLevel.Debug, "Session {SessionId} of {PackageName} begins")]
    partial void LogBegun(string sessionId, string packageName);

    [LoggerMessage(1001, LogLevel.Information, "{PackageName} shuts down, {Mode}: {Sessions} sessions, at most {HandOverLimit} for successors and {Limit} for what still runs")]
    partial void LogShutdownBegun(string packageName, ShutdownMode mode, int sessions, TimeSpan handOverLimit, TimeSpan limit);

    [LoggerMessage(1002, LogLevel.Information, "{PackageName} has shut down, {Mode}: {Sessions} sessions, {HandedOver} of them handed over, {Released} released, handlers finished {Finished}")]
    partial void LogShutdownDone(string packageName, ShutdownMode mode, int sessions, int handedOver, int released, bool finished);
}
