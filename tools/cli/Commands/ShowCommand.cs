using System.CommandLine;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;
using Spectre.Console;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle show</c>.</summary>
sealed class ShowCommand : ApiCommand
{
    readonly Argument<string> session = new("SESSION") { Description = "The user session." };
    readonly Argument<string?> package = new("PACKAGE") { Description = "The app; all of the session if absent.", Arity = ArgumentArity.ZeroOrOne };

    public ShowCommand()
        : base(
            "show", "Shows an app session, or all of a user session: state, how it came there, what is due.", "as GET /api/sessions/{sessionId}/apps/{packageName} answers",
            "lifecycle show s1 com.example.notes", "lifecycle show s1")
    {
        Arguments.Add(session);
        Arguments.Add(package);
    }

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        var sessionId = Identifier("SESSION", run.Get(session));
        var one = run.Get(package) is { } name ? Identifier("PACKAGE", name) : null;
        var answer = await api.GetAsync(one is null ? $"{ApiPath.Session(sessionId)}/apps" : ApiPath.AppSession(sessionId, one), run.Cancellation);
        if (run.Json) run.Screen.Json(answer.Text);
        if (one is not null)
        {
            if (!run.Json) Show(run.Screen, clock, answer.Read<SessionStatus>());
            return ExitCode.Done;
        }
        var apps = answer.Read<SessionApps>().Apps;
        if (apps.Count == 0) throw new CliException(ExitCode.No, $"Nobody knows the session {sessionId}: no app was started in it, or it was forgotten since.");
        if (!run.Json) foreach (var app in apps) Show(run.Screen, clock, app);
        return ExitCode.Done;
    }

    static void Show(Screen screen, Clock clock, SessionStatus session)
    {
        screen.Say($"{session.SessionId} {session.PackageName}: {session.State}", StateStyle.Of(session.State));
        screen.Facts(
            ("since", $"{clock.Text(session.Since)} {clock.Zone}, {clock.Ago(session.Since)}"), ("reason", session.Reason), ("fault", session.Blame), ("epoch", $"{session.Epoch}"),
            ("process", session.InstanceId), ("due", session.Deadline is { } due ? $"{clock.Text(due)}, {clock.Ago(due)}" : null),
            ("webhooks", session.Run is { } run ? $"{run.Attempt} sent ({run.Reason}, {run.Phase}), given up {clock.Ago(run.GivesUpAt)}" : null),
            ("user", session.Away ? "away" : null), ("goodbye", session.Released ? "said: it is not restarted" : null),
            ("streams", session.Subscriptions is { Count: > 0 } streams ? string.Join(", ", streams) : null));
        if (session.Trail is { Count: > 0 } trail)
        {
            var table = screen.Table($"At ({clock.Zone})", "State", "Reason", "Fault");
            foreach (var step in trail) table.AddRow(Screen.Cell(clock.Exact(step.At)), StateStyle.Cell(step.State), Screen.Cell(step.Reason), Screen.Cell(step.Blame));
            screen.Show(table);
        }
        screen.Note($"Why: lifecycle explain {session.SessionId} {session.PackageName}");
    }
}
