using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

public sealed partial class AppSessionEntity
{
    [LoggerMessage(1001, LogLevel.Debug, "{Session}: {Event} moved {From} to {To} ({Reason}, {Blame}), epoch {Epoch}")]
    partial void LogApplied(AppSessionId session, string @event, string from, string to, string reason, string blame, long epoch);

    [LoggerMessage(1002, LogLevel.Information, "{Session}: {Outcome} {Event} in {State} ({Reason}, {Blame}), epoch {Epoch}")]
    partial void LogUnapplied(AppSessionId session, OutcomeKind outcome, string @event, string state, string reason, string blame, long epoch);

    [LoggerMessage(1003, LogLevel.Debug, "{Session}: {Event} makes no difference in {State} ({Reason})")]
    partial void LogNoDifference(AppSessionId session, string @event, string state, string reason);

    [LoggerMessage(1004, LogLevel.Warning, "{Session}: what was remembered of its decisions cannot be read and is forgotten; the session goes on: {Error}")]
    partial void LogForgotten(AppSessionId session, string error);
}
