using Lifecycle.Cli.Display;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Cli.Listening;

/// <summary>Shows what the SDK says of its connection for webhooks, and its warnings, beside the output.</summary>
sealed class NoteLogger(Screen screen) : ILoggerFactory
{
    const string OfTheConnection = "RelayLink";

    public ILogger CreateLogger(string categoryName) => new Logger(screen, categoryName.EndsWith(OfTheConnection, StringComparison.Ordinal) ? LogLevel.Information : LogLevel.Warning);

    public void AddProvider(ILoggerProvider provider)
    {
        // There is one place for all of it.
    }

    public void Dispose()
    {
        // The screen is somebody else's.
    }

    sealed class Logger(Screen screen, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) screen.Note(formatter(state, exception));
        }
    }
}
