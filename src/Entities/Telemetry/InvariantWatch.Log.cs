using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

public sealed partial class InvariantWatch
{
    [LoggerMessage(1401, LogLevel.Error, "{Session}: the decision on {Event} broke {Invariants}, and is carried out all the same: {Found} Replay it from {Record}")]
    partial void LogSessionBroken(AppSessionId session, string @event, string invariants, string found, string record);

    [LoggerMessage(1402, LogLevel.Error, "{Package}: its gate's decision on {Event} broke {Invariants}, and is carried out all the same: {Found} Replay it from {Record}")]
    partial void LogGateBroken(string package, string @event, string invariants, string found, string record);

    [LoggerMessage(1403, LogLevel.Error, "{Subject}: the decision on {Event} could not be judged, and is carried out all the same")]
    partial void LogUnjudged(string subject, string @event, Exception exception);
}
