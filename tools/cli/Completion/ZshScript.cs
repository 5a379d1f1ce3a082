using System.Text;
using Lifecycle.Cli.Commands;

namespace Lifecycle.Cli.Completion;

/// <summary>Completion for zsh, with descriptions.</summary>
static class ZshScript
{
    public static string Write(IReadOnlyList<CompletedCommand> commands)
    {
        var script = new StringBuilder();
        script.Append($$"""
            #compdef {{CommandTree.Name}}
            # zsh completion of {{CommandTree.Name}}. Load it, after compinit:  source <({{CommandTree.Name}} completion zsh)
            # or put it where zsh looks for it:  {{CommandTree.Name}} completion zsh > "${fpath[1]}/_{{CommandTree.Name}}"
            _{{CommandTree.Name}}() {
              local -a commands
              commands=(

            """);
        foreach (var command in commands) script.Append($"    {Quoted($"{command.Name}:{command.Description}")}\n");
        script.Append("  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n  case $words[2] in\n");
        foreach (var command in commands)
        {
            script.Append($"    {command.Name}) _arguments -S");
            foreach (var option in command.Options) script.Append($" \\\n      {Quoted(Spec(option))}");
            script.Append($" \\\n      {Quoted($"*:word:{(command.Values.Count > 0 ? $"({string.Join(' ', command.Values)})" : "_files")}")} ;;\n");
        }
        script.Append($$"""
              esac
            }
            if [ "$funcstack[1]" = "_{{CommandTree.Name}}" ]; then _{{CommandTree.Name}} "$@"; else compdef _{{CommandTree.Name}} {{CommandTree.Name}}; fi

            """);
        return script.ToString();
    }

    static string Spec(CompletedOption option)
    {
        var spec = $"*{option.Name}[{Plain(option.Description)}]";
        if (!option.TakesValue) return spec;
        return option.Values.Count > 0 ? $"{spec}:value:({string.Join(' ', option.Values)})" : $"{spec}:value:_files";
    }

    // Brackets and colons part the fields.
    static string Plain(string text) => text.Replace('[', '(').Replace(']', ')').Replace(":", "\\:", StringComparison.Ordinal);

    static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
