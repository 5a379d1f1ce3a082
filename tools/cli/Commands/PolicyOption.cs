using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle.Cli.Commands;

/// <summary>What an app sets differently from the fleet: <c>--set name=value</c>, several times.</summary>
sealed class PolicyOption : Option<string[]>
{
    public PolicyOption(bool required)
        : base("--set")
    {
        Description = "A part of the policy (docs/settings.md), such as reconnectGraceMs=10000; may be said several times.";
        HelpName = "NAME=VALUE";
        Required = required;
        Arity = ArgumentArity.OneOrMore;
        CompletionSources.Add([.. typeof(PolicyOverrides).GetProperties().Select(property => $"{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}=")]);
    }

    /// <summary>What was said; null for nothing. The host says which names there are.</summary>
    /// <exception cref="CliException">One is no name and value.</exception>
    public JsonObject? Read(CliRun run)
    {
        var policy = new JsonObject();
        foreach (var text in run.Get(this) ?? [])
        {
            var (name, value) = text.IndexOf('=') is > 0 and var at ? (text[..at], text[(at + 1)..]) : throw CliException.BadUsage($"--set {text} must be NAME=VALUE, such as reconnectGraceMs=10000.");
            policy[name] = bool.TryParse(value, out var yes) ? yes : long.TryParse(value, out var number) ? number : value;
        }
        return policy.Count > 0 ? policy : null;
    }
}
