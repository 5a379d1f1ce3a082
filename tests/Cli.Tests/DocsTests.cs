using System.CommandLine;
using System.Text;
using Lifecycle.Cli.Commands;
using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>docs/cli.md lists what there is. UPDATE_DOCS=1 writes the list anew.</summary>
public sealed class DocsTests
{
    const string Begin = "<!-- commands: written by the tests -->\n";
    const string End = "<!-- commands: end -->\n";

    [Fact]
    public void Docs_ListOfCommands_IsThatOfTheCode()
    {
        var path = Path.Combine(Repository.Root, "docs", "cli.md");
        var page = File.ReadAllText(path);
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var written = page[..from] + Render() + page[to..];
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") File.WriteAllText(path, written);

        Assert.Equal(written, File.ReadAllText(path));
    }

    [Fact]
    public void Commands_Every_HasAnExampleThatParses()
    {
        foreach (var command in Commands())
        {
            Assert.NotEmpty(command.Examples);
            foreach (var line in command.Examples.Where(example => example.StartsWith("lifecycle ", StringComparison.Ordinal)))
            {
                var parsed = CommandTree.Make(World).Parse(Words(line.Split('|')[0]), CommandTree.Parsing);
                Assert.True(parsed.Errors.Count == 0, $"{line}: {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
                Assert.Equal(command.Name, parsed.CommandResult.Command.Name);
            }
        }
    }

    static CliWorld World => new() { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null };

    static IEnumerable<CliCommand> Commands() => CommandTree.Make(World).Subcommands.Cast<CliCommand>();

    // As a shell parts them, as far as examples need it; without the name.
    static string[] Words(string line) => [.. line.Split('\'').SelectMany((part, at) => at % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Skip(1)];

    static string Render()
    {
        var text = new StringBuilder();
        foreach (var command in Commands())
        {
            var arguments = string.Concat(command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $" [{argument.Name}]" : $" {argument.Name}"));
            text.Append($"\n### {command.Name}\n\n`lifecycle {command.Name}{arguments}`: {command.Description}\n\n```\n{string.Join('\n', command.Examples)}\n```\n\n| | |\n|---|---|\n");
            foreach (var argument in command.Arguments) text.Append($"| `{argument.Name}` | {Plain(argument.Description)} |\n");
            foreach (var option in command.Options) text.Append($"| `{option.Name}{(option.HelpName is { } value ? $" {value}" : "")}` | {Plain(option.Description)} |\n");
        }
        return text.Append('\n').ToString();
    }

    static string Plain(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);
}
