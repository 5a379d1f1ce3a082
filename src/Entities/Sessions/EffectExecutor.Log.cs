using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

public sealed partial class EffectExecutor
{
    [LoggerMessage(1101, LogLevel.Information, "{Session}: {From} -> {To} ({Reason}, {Blame}), epoch {Epoch}, correlation {CorrelationId}")]
    partial void LogTransition(AppSessionId session, string from, string to, string reason, string blame, long epoch, string? correlationId);

    [LoggerMessage(1102, LogLevel.Warning, "{Session}: given up ({Reason}, {Blame}) after {Attempts} webhooks, the last one: {LastOutcome}")]
    partial void LogDeadLetter(AppSessionId session, string reason, string blame, int attempts, string? lastOutcome);

    [LoggerMessage(1109, LogLevel.Information, "{Session}: the resurrection is held back ({Reason}, {Blame})")]
    partial void LogHeldBack(AppSessionId session, string reason, string blame);

    [LoggerMessage(EventId = 1103, Message = "{Session}: {Measurement} {Milliseconds:0.0} ms")]
    partial void LogMeasure(LogLevel level, AppSessionId session, Measurement measurement, double milliseconds);

    [LoggerMessage(1106, LogLevel.Warning, "{Session}: message {Seq} is lost ({Reason}, {Blame}); the app is told with its next ack, and those behind it go on")]
    partial void LogLost(AppSessionId session, long seq, string reason, string blame);

    [LoggerMessage(1110, LogLevel.Warning, "{Session}: a handler of the app failed on message {Seq}, which is set aside: {Error}")]
    partial void LogHandlerFailed(AppSessionId session, long seq, string error);

    [LoggerMessage(1111, LogLevel.Warning, "{Session}: deaf, message {Seq} is open and nothing was handled for {Seconds:0} s while the socket lives")]
    partial void LogDeaf(AppSessionId session, long seq, double seconds);

    [LoggerMessage(1107, LogLevel.Error, "{Session}: the SignalR service refuses group memberships of set {Version}, or fails for half an hour; they are not tried again before the next attach or renewal")]
    partial void LogGroupsGivenUp(AppSessionId session, int version);

    [LoggerMessage(1108, LogLevel.Error, "{Session}: connection {ConnectionId} could not be closed in {Tries} tries; it stays open until its app closes it")]
    partial void LogCloseGivenUp(AppSessionId session, string connectionId, int tries);

    [LoggerMessage(1105, LogLevel.Warning, "Whether connection {ConnectionId} is alive could not be asked; it is taken to be")]
    partial void LogUnasked(string connectionId, Exception exception);

    [LoggerMessage(1104, LogLevel.Warning, "{Session}: {Effect} failed; the session goes on without it")]
    partial void LogOutsideFailed(AppSessionId session, string effect, Exception exception);
}
