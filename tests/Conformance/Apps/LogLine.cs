using Microsoft.Extensions.Logging;

namespace Lifecycle.Conformance.Apps;

/// <summary>Something that was logged.</summary>
/// <param name="Category">The logger's name.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Event">The event as the worker tells it to its host: its name, or its number where it has none.</param>
/// <param name="Message">The text.</param>
/// <param name="Error">The exception with its type; null for none.</param>
sealed record LogLine(string Category, LogLevel Level, string Event, string Message, string? Error);
