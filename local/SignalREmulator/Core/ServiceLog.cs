using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.SignalR;

/// <summary>What the service logs.</summary>
static partial class ServiceLog
{
    [LoggerMessage(1, LogLevel.Error, "The upstream threw on {Event} of hub {Hub}, connection {ConnectionId}.")]
    public static partial void UpstreamThrew(ILogger logger, Exception exception, string hub, string @event, string connectionId);

    [LoggerMessage(2, LogLevel.Warning, "The upstream did not answer {Event} of connection {ConnectionId}: {Problem}")]
    public static partial void UpstreamUnreachable(ILogger logger, string @event, string connectionId, string problem);

    [LoggerMessage(3, LogLevel.Debug, "Connection {ConnectionId} of hub {Hub} ended: {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, string connectionId, string hub, string reason);

    [LoggerMessage(4, LogLevel.Error, "A handler of the virtual client on connection {ConnectionId} threw.")]
    public static partial void ClientHandlerThrew(ILogger logger, Exception exception, string connectionId);

    [LoggerMessage(5, LogLevel.Warning, "A request to the SignalR endpoint was refused. {Problem}")]
    public static partial void Refused(ILogger logger, string problem);
}
