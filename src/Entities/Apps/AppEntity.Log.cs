using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

public sealed partial class AppEntity
{
    [LoggerMessage(1201, LogLevel.Warning, "{Package}: incident {Incident} ({Cause}), breaker {Breaker}, last outcome {Outcome}, next probe at {NextProbeAt:u}")]
    partial void LogBegan(string package, string incident, IncidentCause cause, BreakerState breaker, string? outcome, DateTimeOffset? nextProbeAt);

    [LoggerMessage(1202, LogLevel.Warning, "{Package}: incident {Incident} is over after {Seconds:0} s and {Probes} probes")]
    partial void LogEnded(string package, string incident, double seconds, int probes);

    [LoggerMessage(1203, LogLevel.Warning, "{Package}: the owner is told {Notice} of incident {Incident}, {Evicted} sessions given up")]
    partial void LogOwner(string package, OwnerNoticeKind notice, string incident, int evicted);
}
