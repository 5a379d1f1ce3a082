using System.CommandLine;
using System.Text.Json.Nodes;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary>Which app sessions are meant: the same filter for lists, bulk actions and the live stream.</summary>
sealed class FilterOptions
{
    readonly Option<string[]> state = new("--state") { Description = "They are in this state; several are separated by commas.", HelpName = "STATE" };
    readonly Option<string> package = new("--package") { Description = "Of this app, or of those whose name begins so: com.example.*", HelpName = "NAME" };
    readonly Option<string> session = new("--session") { Description = "Of this user session, or of those whose id begins so: u1*", HelpName = "ID" };
    readonly Option<string> blame = new("--blame") { Description = "Their last transition was the fault of it.", HelpName = "WHOSE" };
    readonly Option<string> since = new("--since") { Description = "They came into their state then or later: 2026-01-01T03:00:00Z, or 03:00 of today.", HelpName = "TIME" };

    public FilterOptions()
    {
        state.CompletionSources.Add([.. StateStyle.Names]);
        blame.CompletionSources.Add([.. Blames.Names]);
    }

    public void AddTo(Command command, bool withSince = true)
    {
        Option[] all = withSince ? [state, package, session, blame, since] : [state, package, session, blame];
        foreach (var option in all) command.Options.Add(option);
    }

    /// <summary>Whether one was typed.</summary>
    public bool AnyIn(CliRun run) => run.Has(state) || run.Has(package) || run.Has(session) || run.Has(blame) || run.Has(since);

    /// <summary>As a query.</summary>
    public IEnumerable<(string Name, string? Value)> Query(CliRun run, Clock clock) =>
    [
        ("state", States(run) is { Count: > 0 } states ? string.Join(',', states) : null),
        ("package", run.Get(package)), ("session", run.Get(session)), ("blame", run.Get(blame)), ("since", Since(run, clock)),
    ];

    /// <summary>As the body of a bulk action has it.</summary>
    public JsonObject Body(CliRun run, Clock clock)
    {
        var body = new JsonObject();
        if (States(run) is { Count: > 0 } states) body["state"] = new JsonArray([.. states.Select(name => (JsonNode)name)]);
        foreach (var (name, value) in Query(run, clock).Where(part => part.Name != "state" && part.Value is not null)) body[name] = value;
        return body;
    }

    /// <summary>Whether a transition is meant: by the state it leads to.</summary>
    public Func<string, string, string, string?, bool> Matcher(CliRun run)
    {
        var (states, wantedBlame) = (States(run), run.Get(blame));
        var (sessions, packages) = (Name(run.Get(session)), Name(run.Get(package)));
        return (sessionId, packageName, to, whose) =>
            sessions(sessionId) && packages(packageName) && (states.Count == 0 || states.Contains(to)) && (wantedBlame is null || wantedBlame == whose);
    }

    // Small letters are forgiven.
    IReadOnlyList<string> States(CliRun run) =>
        [.. (run.Get(state) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(name => name.ToUpperInvariant()).Distinct()];

    string? Since(CliRun run, Clock clock) => run.Get(since) is { } text ? Clock.Wire(clock.Read("--since", text)) : null;

    static Func<string, bool> Name(string? wanted) => wanted switch
    {
        null => _ => true,
        _ when wanted.EndsWith('*') => name => name.StartsWith(wanted[..^1], StringComparison.Ordinal),
        _ => name => name == wanted,
    };
}
