using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;
using Spectre.Console;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle apps</c>.</summary>
sealed class AppsCommand : ApiCommand
{
    readonly PageOptions pages = new();

    public AppsCommand()
        : base("apps", "Lists the registered apps: breaker, incident, sessions by state.", "{ \"apps\": [...], \"next\": cursor if there is more }, as GET /api/apps answers", "lifecycle apps") =>
        pages.AddTo(this);

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        var whole = await pages.ReadAsync(run, new Pages(api, "apps", "apps", mostOnAPage: 200));
        if (run.Json)
        {
            run.Screen.Json(whole.ToJsonString());
            return ExitCode.Done;
        }
        var apps = PageOptions.ItemsOf<AppItem>(whole, "apps");
        if (apps.Count == 0) run.Screen.Note("No app is registered. `lifecycle register PACKAGE --webhook URL` registers one.");
        else Show(run.Screen, clock, apps);
        PageOptions.TellMore(run, whole);
        return ExitCode.Done;
    }

    static void Show(Screen screen, Clock clock, IReadOnlyList<AppItem> apps)
    {
        var table = screen.Table("App", "Breaker", "Incident", "Waiting", "Sessions", $"Answered ({clock.Zone})", "Webhooks to");
        foreach (var app in apps)
        {
            var incident = app.Incident is { } open ? $"{open.Cause} since {clock.Text(open.BeganAt)}{(open.LastOutcome is { } last ? $", {last}" : "")}" : "";
            var next = app.Breaker.NextProbeAt is { } probe ? $", looked for {clock.Ago(probe)}" : "";
            table.AddRow(
                Screen.Cell(app.PackageName), Screen.Cell(app.Breaker.State + next, StateStyle.OfBreaker(app.Breaker.State)), Screen.Cell(incident),
                Screen.Cell(app.Waiting is { } line && line.Foreground + line.Background is > 0 and var waiting ? Screen.Number(waiting) : ""),
                Screen.Cell(app.Sessions is { } counts ? string.Join(", ", counts.Select(count => $"{Screen.Number(count.Value)} {count.Key}")) : "not counted yet"),
                Screen.Cell(clock.Text(app.AnsweredAt)), Screen.Cell(app.WebhookUrl));
        }
        screen.Show(table);
    }
}
