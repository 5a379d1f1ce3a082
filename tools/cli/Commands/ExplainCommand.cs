using System.CommandLine;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle explain</c>, of an app session or of an app.</summary>
sealed class ExplainCommand : ApiCommand
{
    readonly Argument<string[]> names = new("[SESSION] PACKAGE") { Description = "The user session and the app; the app alone explains how it fares for all.", Arity = new ArgumentArity(1, 2) };
    readonly Option<string> at = new("--at") { Description = "Explain that moment of the past: 2026-01-01T03:01:00Z, or 03:01 of today.", HelpName = "TIME" };
    readonly Option<bool> guards = new("--guards") { Description = "Show which rows of the transition table were not chosen, too: the guards that were not met." };

    public ExplainCommand()
        : base(
            "explain", "Says why an app session, or an app, is as it is: one sentence, then the decisions that led there.",
            "as GET /api/sessions/{sessionId}/apps/{packageName}/explain, or /api/apps/{packageName}/explain, answers",
            "lifecycle explain s1 com.example.notes", "lifecycle explain s1 com.example.notes --at 03:01", "lifecycle explain com.example.notes")
    {
        Arguments.Add(names);
        Options.Add(at);
        Options.Add(guards);
    }

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        var moment = run.Get(at) is { } text ? Clock.Wire(clock.Read("--at", text)) : null;
        if (run.Get(names) is [var sessionId, var packageName])
        {
            var path = $"{ApiPath.AppSession(Identifier("SESSION", sessionId), Identifier("PACKAGE", packageName))}/explain";
            var answer = await api.GetAsync(ApiPath.With(path, ("at", moment)), run.Cancellation);
            if (run.Json) run.Screen.Json(answer.Text);
            else Show(run.Screen, clock, answer.Read<Explained>(), run.Get(guards));
            return ExitCode.Done;
        }
        if (moment is not null) throw CliException.BadUsage("--at explains a moment of an app session: name the session as well.");
        var app = await api.GetAsync($"{ApiPath.App(Identifier("PACKAGE", run.Get(names)![0]))}/explain", run.Cancellation);
        if (run.Json) run.Screen.Json(app.Text);
        else Show(run.Screen, clock, app.Read<AppExplained>());
        return ExitCode.Done;
    }

    static void Show(Screen screen, Clock clock, Explained explained, bool withGuards)
    {
        screen.Say(explained.Sentence, StateStyle.Of(explained.State));
        screen.Blank();
        var gate = explained.Gate;
        screen.Facts(
            ("state", $"{explained.State} since {clock.Text(explained.Since)} {clock.Zone}"),
            ("waits for", explained.WaitsFor == "nothing" ? null : explained.WaitsFor + (explained.Until is { } until ? $", until {clock.Text(until)} ({clock.Ago(until)})" : "")),
            ("app's gate", gate is null ? null : GateOf(clock, gate)), ("trace", explained.Links?.TraceId));
        screen.Show(DecisionTable.Of(screen, clock, explained.Decisions, withGuards));
        ShowChanges(screen, explained.Changes);
    }

    static void Show(Screen screen, Clock clock, AppExplained explained)
    {
        screen.Say(explained.Sentence, StateStyle.OfBreaker(explained.Breaker.State));
        screen.Blank();
        screen.Facts(
            ("breaker", explained.Breaker.State + (explained.Breaker.NextProbeAt is { } probe ? $", looked for at {clock.Text(probe)} ({clock.Ago(probe)})" : "")),
            ("incident", explained.Incident is { } incident ? $"{incident.Id}, {incident.Cause} since {clock.Text(incident.BeganAt)} {clock.Zone}" : null),
            ("in line", explained.Waiting > 0 ? Screen.Number(explained.Waiting) : null));
        ShowChanges(screen, explained.Changes);
    }

    static string GateOf(Clock clock, GateShape gate)
    {
        var parts = new List<string> { gate.Breaker };
        if (gate.NextProbeAt is { } probe) parts.Add($"looked for {clock.Ago(probe)}");
        if (gate.Place is { } place) parts.Add($"place {place} of {gate.Waiting}");
        if (gate.EarliestAt is { } earliest) parts.Add($"at the earliest {clock.Ago(earliest)}");
        if (gate.IncidentId is { } incident) parts.Add(incident);
        return string.Join(", ", parts);
    }

    static void ShowChanges(Screen screen, IReadOnlyList<string> changes)
    {
        if (changes.Count == 0) return;
        screen.Say("What would change it:");
        foreach (var change in changes) screen.Say($"  - {change}");
    }
}
