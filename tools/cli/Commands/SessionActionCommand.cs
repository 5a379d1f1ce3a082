using System.CommandLine;
using System.Text.Json.Nodes;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle start</c>, <c>stop</c> and <c>revive</c>: one app session, or all that a filter means.</summary>
sealed class SessionActionCommand : ApiCommand
{
    readonly string action;
    readonly Argument<string?> session = new("SESSION") { Description = "The user session.", Arity = ArgumentArity.ZeroOrOne };
    readonly Argument<string?> package = new("PACKAGE") { Description = "The app.", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<bool> foreground = new("--foreground") { Description = "The user waits for it: it comes before others when many wait." };
    readonly Option<string> reason = new("--reason") { Description = "Told to the app.", HelpName = "TEXT" };
    readonly Option<bool> wait;
    readonly Option<bool> all = new("--all-matching") { Description = "Instead of one: all app sessions that the filter below means. They are counted first, and you are asked." };
    readonly Option<bool> everything = new("--everything") { Description = "With --all-matching and no filter: every app session that there is." };
    readonly Option<bool> dryRun = new("--dry-run") { Description = "With --all-matching: count, and do nothing." };
    readonly Option<bool> yes = new("--yes") { Description = "With --all-matching: do not ask." };
    readonly FilterOptions filter = new();

    public SessionActionCommand(string action, string description)
        : base(
            action, description, "the API's answer; with --wait that of explain; with --all-matching the count, and with --yes as well how it ended",
            $"lifecycle {action} s1 com.example.notes --wait", $"lifecycle {action} --all-matching --package com.example.notes --state {(action == "revive" ? "EVICTED" : action == "stop" ? "RUNNING" : "STOPPED")}")
    {
        this.action = action;
        wait = new("--wait") { Description = $"Wait until it is {Wanted}, for a minute at most, and say what became of it: 1 when it is not." };
        Arguments.Add(session);
        Arguments.Add(package);
        if (action == "start") Options.Add(foreground);
        if (action == "stop") Options.Add(reason);
        foreach (var option in (Option[])[wait, all, everything, dryRun, yes]) Options.Add(option);
        filter.AddTo(this);
    }

    // The state that it is to come to.
    string Wanted => (action == "stop" ? AppState.Stopped : AppState.Running).WireName();

    protected override Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        if (run.Get(all)) return ManyAsync(run, api, clock);
        if (filter.AnyIn(run) || run.Get(everything) || run.Get(dryRun) || run.Get(yes))
            throw CliException.BadUsage($"A filter, --everything, --dry-run and --yes go with --all-matching: lifecycle {action} --all-matching …");
        return OneAsync(run, api);
    }

    async Task<int> OneAsync(CliRun run, ApiClient api)
    {
        if (run.Get(session) is null || run.Get(package) is null) throw CliException.BadUsage($"Say which: lifecycle {action} SESSION PACKAGE, or lifecycle {action} --all-matching with a filter.");
        var (sessionId, packageName) = (Identifier("SESSION", run.Get(session)), Identifier("PACKAGE", run.Get(package)));
        var body = new JsonObject();
        if (action == "start" && run.Get(foreground)) body["foreground"] = true;
        if (action == "stop" && run.Get(reason) is { } why) body["reason"] = why;
        var path = ApiPath.AppSession(sessionId, packageName);
        var waiting = run.Get(wait) ? await SessionWait.BeforeAsync(run, api, path) : null;
        var answer = await api.PostAsync($"{path}/{action}", body, run.Cancellation);
        if (waiting is not null) return await waiting.UntilAsync(Wanted);
        if (run.Json) run.Screen.Json(answer.Text);
        else run.Screen.Say($"Accepted. What becomes of it: lifecycle explain {sessionId} {packageName}");
        return ExitCode.Done;
    }

    Task<int> ManyAsync(CliRun run, ApiClient api, Clock clock)
    {
        if (run.Get(session) is not null) throw CliException.BadUsage("--all-matching takes a filter, not a SESSION: --session ID, --package NAME.");
        if (run.Get(wait)) throw CliException.BadUsage("--wait is for one app session: a bulk action is followed to its end anyway.");
        if (filter.AnyIn(run) == run.Get(everything))
            throw CliException.BadUsage("--all-matching needs a filter (--state, --package, --session, --blame, --since), or --everything for every app session that there is; not both.");
        var body = new JsonObject { ["filter"] = filter.Body(run, clock) };
        if (run.Get(everything)) body["all"] = true;
        if (action == "stop" && run.Get(reason) is { } why) body["reason"] = why;
        return new BulkFlow(run, api, action, body).RunAsync(run.Get(dryRun), run.Get(yes));
    }
}
