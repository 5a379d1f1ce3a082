using System.Text;
using Lifecycle.Cli.Commands;

namespace Lifecycle.Cli.Completion;

/// <summary>Completion for bash. It starts no process for a Tab: all words are in the script.</summary>
static class BashScript
{
    public static string Write(IReadOnlyList<CompletedCommand> commands)
    {
        var script = new StringBuilder();
        script.Append($$"""
            # bash completion of {{CommandTree.Name}}. Load it:  source <({{CommandTree.Name}} completion bash)
            # or put it where bash looks for it:  {{CommandTree.Name}} completion bash > ~/.local/share/bash-completion/completions/{{CommandTree.Name}}
            _{{CommandTree.Name}}() {
              local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" words=""
              COMPREPLY=()
              if [ "$COMP_CWORD" -eq 1 ]; then
                COMPREPLY=($(compgen -W "{{Words(commands.Select(command => command.Name))}} --help --version" -- "$cur"))
                return
              fi
              case "${COMP_WORDS[1]} $prev" in

            """);
        foreach (var command in commands)
            foreach (var option in command.Options.Where(option => option.TakesValue))
                script.Append($"    \"{command.Name} {option.Name}\") {Values(option)} return ;;\n");
        script.Append("  esac\n  case \"${COMP_WORDS[1]}\" in\n");
        foreach (var command in commands)
            script.Append($"    {command.Name}) words=\"{Words([.. command.Values, .. command.Options.Select(option => option.Name), "--help"])}\" ;;\n");
        script.Append($$"""
              esac
              COMPREPLY=($(compgen -W "$words" -- "$cur"))
            }
            complete -F _{{CommandTree.Name}} {{CommandTree.Name}}

            """);
        return script.ToString();
    }

    // What ends in = wants its value next to it; elsewhere a file or folder can be meant.
    static string Values(CompletedOption option) => option.Values switch
    {
        [] => "COMPREPLY=($(compgen -f -- \"$cur\"));",
        [var first, ..] when first.EndsWith('=') => $"compopt -o nospace; COMPREPLY=($(compgen -W \"{Words(option.Values)}\" -- \"$cur\"));",
        var values => $"COMPREPLY=($(compgen -W \"{Words(values)}\" -- \"$cur\"));",
    };

    static string Words(IEnumerable<string> words) => string.Join(' ', words);
}
