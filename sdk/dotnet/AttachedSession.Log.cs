using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk;

/// <summary>Log messages, event ids 1100 to 1199.</summary>
public sealed partial class AttachedSession
{
    [LoggerMessage(1100, LogLevel.Information, "Session {SessionId} attached: resumed {Resumed}, epoch {Epoch}, grace {Grace}")]
    partial void LogAttached(string sessionId, bool resumed, long epoch, TimeSpan grace);

    [LoggerMessage(1101, LogLevel.Warning, "Session {SessionId}: attempt {Attempt} failed, {Code}: {Detail}")]
    partial void LogAttemptFailed(string sessionId, int attempt, string code, string detail);

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

    [LoggerMessage(1107, LogLevel.Error, "Session {SessionId} failed")]
    partial void LogFaulted(string sessionId, Exception error);

    [LoggerMessage(1108, LogLevel.Debug, "Session {SessionId}: message {Seq} came again behind {LastSeq} and is dropped")]
    partial void LogRepeated(string sessionId, long seq, long? lastSeq);

    [LoggerMessage(1109, LogLevel.Information, "Session {SessionId}: the set of streams is replaced, {Count} streams, accepted {Accepted}")]
    partial void LogReplaced(string sessionId, int count, bool accepted);

    [LoggerMessage(1110, LogLevel.Error, "Session {SessionId}: choosing the set of streams failed; the last one that was asked for counts")]
    partial void LogChoiceFailed(string sessionId, Exception error);

    [LoggerMessage(1111, LogLevel.Error, "Session {SessionId}: the set of streams was refused, asked again in {RetryIn}: {Detail}")]
    partial void LogSubscriptionsRefused(string sessionId, TimeSpan retryIn, string detail);

    [LoggerMessage(1112, LogLevel.Debug, "Session {SessionId}: replacing the set of streams ended with its connection: {Detail}")]
    partial void LogReplaceCutShort(string sessionId, string detail);

    [LoggerMessage(1113, LogLevel.Warning, "Session {SessionId}: ack_late after {Waited}; the connection is kept for another {RetryIn}")]
    partial void LogAckLate(string sessionId, TimeSpan waited, TimeSpan retryIn);

    [LoggerMessage(1114, LogLevel.Information, "Session {SessionId}: a webhook asks for it while an attempt hangs; the attempt is cut")]
    partial void LogCut(string sessionId);

    [LoggerMessage(1115, LogLevel.Warning, "Session {SessionId}: Lifecycle does not see its connection, a new one takes its place")]
    partial void LogComesBack(string sessionId);

    [LoggerMessage(1116, LogLevel.Warning, "Session {SessionId}: Lifecycle could not be told how far the handlers have come; it is made up for: {Detail}")]
    partial void LogDoneFailed(string sessionId, string detail);

    [LoggerMessage(1117, LogLevel.Information, "Session {SessionId}: a successor is asked for")]
    partial void LogSuccessorAsked(string sessionId);

    [LoggerMessage(1118, LogLevel.Warning, "Session {SessionId}: a successor could not be asked for, tried again in {RetryIn}: {Detail}")]
    partial void LogHandOverFailed(string sessionId, TimeSpan retryIn, string detail);

    [LoggerMessage(1119, LogLevel.Information, "Session {SessionId}: a successor has taken over; handled to the end {Finished}")]
    partial void LogHandedOver(string sessionId, bool finished);

    [LoggerMessage(1120, LogLevel.Information, "Session {SessionId} moves to {Place}")]
    partial void LogMoves(string sessionId, string place);

    [LoggerMessage(1121, LogLevel.Information, "Session {SessionId} has moved to {Place}")]
    partial void LogMoved(string sessionId, string place);

    [LoggerMessage(1122, LogLevel.Warning, "Session {SessionId} stays where it is: it was told to move to {Place}, and that failed: {Detail}")]
    partial void LogStays(string sessionId, string place, string detail);

    [LoggerMessage(1123, LogLevel.Error, "Session {SessionId} was told to move to a place that cannot be one, and stays")]
    partial void LogNoPlace(string sessionId);
}
