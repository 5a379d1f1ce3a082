using System.CommandLine;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary>One call of a command.</summary>
class CliRun(ParseResult parsed, CliWorld world, bool json, CancellationToken cancellation)
{
    public CliWorld World => world;

    public Screen Screen { get; } = Screen.Of(world);

    /// <summary>Whether the answer is JSON, and nothing else is on the standard output.</summary>
    public bool Json => json;

    /// <summary>Ctrl-C.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>What is typed, or comes from a pipe. A read that waits knows nothing of Ctrl-C: it is left behind, and ends with the process.</summary>
    public Task<T> ReadAsync<T>(Func<TextReader, T> read) => Task.Run(() => read(world.In)).WaitAsync(cancellation);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>Whether it was typed.</summary>
    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };
}
