using System.CommandLine;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary>A command that asks a host.</summary>
abstract class ApiCommand : CliCommand
{
    public const string DefaultUrl = "http://localhost:7071";
    public const string UrlVariable = "LIFECYCLE_URL";
    public const string KeyVariable = "LIFECYCLE_KEY";

    readonly Option<string> url = UrlOption();
    readonly Option<string> key = new("--key") { Description = $"The host's function key, or {KeyVariable}; a local host asks for none.", HelpName = "KEY" };
    readonly Option<bool> utc = UtcOption();

    protected ApiCommand(string name, string description, string json, params string[] examples)
        : base(name, description, json, examples)
    {
        Options.Add(url);
        Options.Add(key);
        Options.Add(utc);
    }

    public static Option<string> UrlOption() => new("--url") { Description = $"The host, or {UrlVariable}; {DefaultUrl} if neither says one.", HelpName = "URL" };

    public static Option<bool> UtcOption() => new("--utc") { Description = "Show times in UTC, not in the local zone." };

    /// <summary>The host that is meant.</summary>
    /// <exception cref="CliException">It is no address.</exception>
    public static Uri AddressOf(CliRun run, Option<string> url) => Address("--url", run.Get(url) ?? Said(run, UrlVariable) ?? DefaultUrl);

    protected sealed override async Task<int> RunAsync(CliRun run)
    {
        using var api = new ApiClient(AddressOf(run, url), run.Get(key) ?? Said(run, KeyVariable));
        return await AskAsync(run, api, new Clock(run.World.Time, run.Get(utc)));
    }

    /// <inheritdoc cref="CliCommand.RunAsync"/>
    protected abstract Task<int> AskAsync(CliRun run, ApiClient api, Clock clock);

    static string? Said(CliRun run, string variable) => run.World.Variable(variable) is { Length: > 0 } value ? value : null;
}
