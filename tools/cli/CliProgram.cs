using System.CommandLine;
using System.CommandLine.Invocation;
using Lifecycle.Cli.Commands;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli;

/// <summary>From the words of a command line to an exit code.</summary>
static class CliProgram
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliWorld world, CancellationToken cancellation)
    {
        var screen = Screen.Of(world);
        // Who types nothing but the name wants to know what there is; a script that does so is wrong.
        var parsed = CommandTree.Make(world).Parse(args.Count > 0 ? args : ["--help"], CommandTree.Parsing);
        if (parsed.Action is ParseErrorAction) return TellUsage(args, parsed, screen);
        try
        {
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration { Output = world.Out, Error = world.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellation);
            return args.Count > 0 ? code : ExitCode.BadUsage;
        }
        catch (CliException e)
        {
            if (e.Json is { } json && parsed.CommandResult.Command is CliCommand command && command.WantsJson(parsed)) screen.Json(json);
            screen.Trouble(e.Message, e.Details);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    static int TellUsage(IReadOnlyList<string> args, ParseResult parsed, Screen screen)
    {
        var command = parsed.CommandResult.Command;
        if (command is RootCommand) screen.Trouble($"There is no command {args[0]}.", [$"What there is: {CommandTree.Name} --help"]);
        else screen.Trouble(parsed.Errors[0].Message, [.. parsed.Errors.Skip(1).Select(error => error.Message), $"How it is used: {CommandTree.Name} {command.Name} --help"]);
        return ExitCode.BadUsage;
    }
}
