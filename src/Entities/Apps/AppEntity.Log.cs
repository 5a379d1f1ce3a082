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

    [LoggerMessage(1204, LogLevel.Information, "{Package}: its health URL is asked from now on (watch {Watch})")]
    partial void LogWatched(string package, string watch);

    [LoggerMessage(1205, LogLevel.Information, "{Package}: its health URL answered {Outcome}, so a webhook looks for it at {ProbeAt:u}")]
    partial void LogUp(string package, string? outcome, DateTimeOffset? probeAt);

    [LoggerMessage(1206, LogLevel.Information, "{Package}: what its health URL answered (watch {Watch}) came too late and changed nothing")]
    partial void LogStaleLook(string package, string watch);
}
