using System.CommandLine;

namespace Lifecycle.Cli.Commands;

/// <summary>One command, with what every command has.</summary>
abstract class CliCommand : Command
{
    readonly Option<bool>? json;

    /// <param name="name">What is typed.</param>
    /// <param name="description">A sentence.</param>
    /// <param name="json">What is printed with <c>--json</c>; null when the command has no such option.</param>
    /// <param name="examples">Whole command lines.</param>
    protected CliCommand(string name, string description, string? json, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        if (json is not null) Options.Add(this.json = new Option<bool>("--json") { Description = $"Print JSON and nothing else: {json}." });
    }

    /// <summary>Whole command lines; the first one is shown in lists.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Whether this call is to be answered in JSON.</summary>
    public bool WantsJson(ParseResult parsed) => json is not null && parsed.GetValue(json);

    /// <summary>Says where it runs; before it is parsed.</summary>
    public void RunIn(CliWorld world) => SetAction((parsed, cancellation) => RunAsync(new CliRun(parsed, world, WantsJson(parsed), cancellation)));

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="CliException">Told to whoever typed it.</exception>
    protected abstract Task<int> RunAsync(CliRun run);

    /// <summary>An identifier of the wire.</summary>
    protected static string Identifier(string name, string? value) =>
        Identifiers.IsValid(value) ? value! : throw CliException.BadUsage($"{name} must be {Identifiers.Rule}.");

    /// <summary>An address of the web.</summary>
    protected static Uri Address(string name, string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw CliException.BadUsage($"{name} must be an address that begins with http:// or https://.");
}
