using System.CommandLine;
using Lifecycle.Cli.Completion;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle completion</c>.</summary>
sealed class CompletionCommand : CliCommand
{
    readonly Argument<string> shell = new("SHELL") { Description = "bash, zsh or pwsh." };

    public CompletionCommand()
        : base("completion", "Prints the script by which a shell completes this command line.", json: null, "source <(lifecycle completion bash)", "lifecycle completion pwsh | Out-String | Invoke-Expression")
    {
        shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        Arguments.Add(shell);
    }

    protected override Task<int> RunAsync(CliRun run)
    {
        var commands = CompletedCommand.All();
        run.World.Out.Write(run.Get(shell) switch
        {
            "bash" => BashScript.Write(commands),
            "zsh" => ZshScript.Write(commands),
            _ => PwshScript.Write(commands),
        });
        return Task.FromResult(ExitCode.Done);
    }
}
