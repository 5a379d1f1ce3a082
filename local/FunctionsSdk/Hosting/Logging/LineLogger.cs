using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Logging;

/// <summary>One category of <see cref="LineLoggerProvider"/>. Only an exception's stack takes further lines.</summary>
sealed class LineLogger(string category, TextWriter writer, TimeProvider time) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var now = time.GetLocalNow();
        var message = formatter(state, exception).ReplaceLineEndings(" ");
        var line = string.Create(CultureInfo.InvariantCulture, $"{now:HH:mm:ss.fff} {Name(logLevel)} {category}: {message}");
        if (exception is not null)
            line += logLevel >= LogLevel.Error ? Environment.NewLine + exception : $" ({exception.GetType().Name}: {exception.Message})";
        writer.WriteLine(line);
    }

    static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
