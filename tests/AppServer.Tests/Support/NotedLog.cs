using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Tests.Support;

/// <summary>One line of a log.</summary>
sealed record NotedLine(LogLevel Level, int EventId, string Text);

/// <summary>What was logged, by whomever.</summary>
sealed class NotedLog : ILoggerFactory, ILogger
{
    readonly ConcurrentQueue<NotedLine> _lines = new();

    public IReadOnlyCollection<NotedLine> Lines => _lines;

    /// <summary>What an operator would look at.</summary>
    public IEnumerable<NotedLine> Warnings => _lines.Where(line => line.Level >= LogLevel.Warning);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(new NotedLine(logLevel, eventId.Id, formatter(state, exception)));

    public void Dispose()
    {
    }
}
