using System.CommandLine;
using System.CommandLine.Completions;
using Lifecycle.Cli.Commands;

namespace Lifecycle.Cli.Completion;

/// <summary>What can be typed, as completion scripts need it.</summary>
/// <param name="Name">The command.</param>
/// <param name="Description">A sentence.</param>
/// <param name="Options">Its options.</param>
/// <param name="Values">Words that its arguments may be.</param>
sealed record CompletedCommand(string Name, string Description, IReadOnlyList<CompletedOption> Options, IReadOnlyList<string> Values)
{
    /// <summary>All commands.</summary>
    public static IReadOnlyList<CompletedCommand> All() =>
        [.. CommandTree.Make(new CliWorld { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null }).Subcommands.OrderBy(command => command.Name, StringComparer.Ordinal).Select(Of)];

    static CompletedCommand Of(Command command) => new(
        command.Name, command.Description ?? "", [.. command.Options.Select(CompletedOption.Of)], [.. command.Arguments.SelectMany(argument => CompletedOption.ValuesOf(argument.CompletionSources))]);
}

/// <summary>One option.</summary>
/// <param name="Name">As it is typed.</param>
/// <param name="Description">A sentence.</param>
/// <param name="TakesValue">Whether a value follows.</param>
/// <param name="Values">Words that the value may be; none where it is free.</param>
sealed record CompletedOption(string Name, string Description, bool TakesValue, IReadOnlyList<string> Values)
{
    public static CompletedOption Of(Option option) =>
        new(option.Name, option.Description ?? "", option.ValueType != typeof(bool), option.ValueType == typeof(bool) ? [] : ValuesOf(option.CompletionSources));

    public static IReadOnlyList<string> ValuesOf(IEnumerable<Func<CompletionContext, IEnumerable<CompletionItem>>> sources) =>
        [.. sources.SelectMany(source => source(CompletionContext.Empty)).Select(item => item.Label)];
}
