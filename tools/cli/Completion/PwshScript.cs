using System.Text;
using Lifecycle.Cli.Commands;

namespace Lifecycle.Cli.Completion;

/// <summary>Completion for PowerShell.</summary>
static class PwshScript
{
    public static string Write(IReadOnlyList<CompletedCommand> commands)
    {
        var script = new StringBuilder();
        script.Append($$"""
            # PowerShell completion of {{CommandTree.Name}}. Load it, or put this line into $PROFILE:  {{CommandTree.Name}} completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName {{CommandTree.Name}} -ScriptBlock {
              param($wordToComplete, $commandAst, $cursorPosition)
              $commands = [ordered]@{

            """);
        foreach (var command in commands)
        {
            script.Append($"    {Quoted(command.Name)} = @{{ text = {Quoted(command.Description)}; words = @({Words([.. command.Values, .. command.Options.Select(option => option.Name), "--help"])}); values = @{{");
            script.Append(string.Join("; ", command.Options.Where(option => option.Values.Count > 0).Select(option => $" {Quoted(option.Name)} = @({Words(option.Values)})")));
            script.Append(" } }\n");
        }
        script.Append("""
              }
              $typed = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
              $done = if ($wordToComplete) { $typed[0..($typed.Count - 2)] } else { $typed }
              if (@($done).Count -eq 1) {
                $commands.Keys | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'Command', $commands[$_].text) }
                return
              }
              $command = $commands[$done[1]]
              if (-not $command) { return }
              $words = if ($command.values.ContainsKey($done[-1])) { $command.values[$done[-1]] } else { $command.words }
              $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """);
        return script.ToString();
    }

    static string Words(IEnumerable<string> words) => string.Join(", ", words.Select(Quoted));

    static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
