using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.Durable;

static partial class EngineLog
{
    [LoggerMessage(9001, LogLevel.Error, "Signal {Operation} to {Entity} failed and was rolled back")]
    public static partial void SignalFailed(ILogger logger, string? operation, string entity, Exception exception);

    [LoggerMessage(9002, LogLevel.Critical, "Work on {Target} could not be stored; it is tried again")]
    public static partial void WorkFailed(ILogger logger, string target, Exception exception);

    [LoggerMessage(9005, LogLevel.Debug, "Work on {Target} was cut off when the engine stopped; it is done again at the next start")]
    public static partial void CutOff(ILogger logger, string target, Exception exception);

    [LoggerMessage(9003, LogLevel.Information, "{Kind} {Name} for {Instance} is dropped: {Reason}")]
    public static partial void Dropped(ILogger logger, MessageKind kind, string? name, string instance, string reason);

    [LoggerMessage(9004, LogLevel.Error, "Orchestration {Instance} ({Name}) failed: {Type}: {Message}")]
    public static partial void OrchestrationFailed(ILogger logger, string instance, string name, string type, string message);
}
