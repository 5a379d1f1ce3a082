using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk;

/// <summary>Log messages, event ids 1100 to 1199.</summary>
public sealed partial class AttachedSession
{
    [LoggerMessage(1100, LogLevel.Information, "Session {SessionId} attached: resumed {Resumed}, epoch {Epoch}, grace {Grace}")]
    partial void LogAttached(string sessionId, bool resumed, long epoch, TimeSpan grace);

    [LoggerMessage(1101, LogLevel.Warning, "Session {SessionId}: attempt {Attempt} failed: {Detail}")]
    partial void LogAttemptFailed(string sessionId, int attempt, string detail);

    [LoggerMessage(1102, LogLevel.Information, "Session {SessionId} lost its connection: {Detail}")]
    partial void LogLost(string sessionId, string detail);

    [LoggerMessage(1103, LogLevel.Information, "Session {SessionId} ended: {Reason}")]
    partial void LogEnded(string sessionId, EndReason reason);

    [LoggerMessage(1104, LogLevel.Error, "Session {SessionId}: a handler failed")]
    partial void LogHandlerFailed(string sessionId, Exception error);

    [LoggerMessage(1105, LogLevel.Warning, "Session {SessionId}: Lifecycle could not be told goodbye: {Detail}")]
    partial void LogGoodbyeFailed(string sessionId, string detail);

    [LoggerMessage(1106, LogLevel.Warning, "Session {SessionId}: the connection did not answer, a new one is made: {Detail}")]
    partial void LogReviveFailed(string sessionId, string detail);

    [LoggerMessage(1108, LogLevel.Warning, "Session {SessionId}: its streams could not be put in force: {Detail}")]
    partial void LogNotSubscribed(string sessionId, string detail);

    [LoggerMessage(1107, LogLevel.Error, "Session {SessionId} failed")]
    partial void LogFaulted(string sessionId, Exception error);
}
