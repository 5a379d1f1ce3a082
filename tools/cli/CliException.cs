namespace Lifecycle.Cli;

/// <summary>Ends a command with a sentence for whoever typed it, which says what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">Without any secret.</param>
class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;

    /// <summary>What stands below the sentence, a line each.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>What a caller that asked for JSON gets on the standard output; null for nothing.</summary>
    public string? Json { get; init; }

    /// <summary>The HTTP status by which a host said no; null when it did not.</summary>
    public int? Status { get; init; }

    /// <summary>The command line is wrong.</summary>
    public static CliException BadUsage(string message) => new(Cli.ExitCode.BadUsage, message);
}
