using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Timers;

/// <summary>What the timers log.</summary>
static partial class TimerLog
{
    [LoggerMessage(1, LogLevel.Error, "Timer function {Function} failed; it runs again when it is due.")]
    public static partial void Failed(ILogger logger, Exception exception, string function);
}
