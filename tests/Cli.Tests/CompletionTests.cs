using System.Diagnostics;
using Lifecycle.Cli.Completion;
using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>The scripts by which shells complete.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("pwsh")]
    public async Task Script_OfEveryShell_HasEveryCommandAndOption(string shell)
    {
        var script = (await new CommandLine().DoneAsync("completion", shell)).Out;

        var commands = CompletedCommand.All();
        Assert.Contains(commands, command => command.Name == "explain");
        Assert.All(commands, command => Assert.Contains(command.Name, script));
        Assert.All(commands.SelectMany(command => command.Options), option => Assert.Contains(option.Name, script));
    }

    [Theory]
    [InlineData("ex", "explain")]
    [InlineData("sessions --sta", "--state")]
    [InlineData("sessions --state EV", "EVICTED")]
    [InlineData("what-if s1 p --set reconnectG", "reconnectGraceMs=")]
    [InlineData("completion z", "zsh")]
    [InlineData("trigger http://x --type resur", "resurrection_request")]
    public async Task Bash_Tab_Completes(string typed, string completed)
    {
        var script = (await new CommandLine().DoneAsync("completion", "bash")).Out;
        var words = typed.Split(' ');
        var trial = $"{script}\nCOMP_WORDS=(lifecycle {typed}); COMP_CWORD={words.Length}; _lifecycle 2>/dev/null; printf '%s\\n' \"${{COMPREPLY[@]}}\"";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", trial]) { RedirectStandardOutput = true })!;

        var said = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        Assert.Contains(completed, said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
