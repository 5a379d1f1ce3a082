using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>What the SignalR side logs.</summary>
static partial class SignalRLog
{
    [LoggerMessage(1, LogLevel.Error, "Function {Function} failed for connection {ConnectionId}.")]
    public static partial void Failed(ILogger logger, Exception exception, string function, string? connectionId);
}
