using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Lifecycle.Cli.Commands;

/// <summary>Help with the command's examples below it.</summary>
sealed class ExamplesHelp(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
{
    public static void AddTo(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExamplesHelp((SynchronousCommandLineAction)help.Action!);
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not CliCommand command) return code;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(command.Examples.Count == 1 ? "Example:" : "Examples:");
        foreach (var example in command.Examples) output.WriteLine($"  {example}");
        output.WriteLine();
        return code;
    }
}
