using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Conformance.Apps;

/// <summary>Keeps what is logged in this process.</summary>
sealed class LogBook : ILoggerProvider
{
    readonly ConcurrentQueue<LogLine> lines = new();

    public IReadOnlyList<LogLine> Lines => [.. lines];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    sealed class Logger(string category, ConcurrentQueue<LogLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new LogLine(category, logLevel, eventId.ToString(), formatter(state, exception), exception?.ToString()));
    }
}
