using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;
using Spectre.Console;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle sessions</c>.</summary>
sealed class SessionsCommand : ApiCommand
{
    readonly FilterOptions filter = new();
    readonly PageOptions pages = new();

    public SessionsCommand()
        : base(
            "sessions", "Lists the app sessions of all users, by a filter.", "{ \"items\": [...], \"looked\": rows read, \"next\": cursor if there is more }, as GET /api/app-sessions answers",
            "lifecycle sessions --state EVICTED,BACKOFF --package 'com.example.*' --since 03:00", "lifecycle sessions --blame app --limit 1000 --json")
    {
        filter.AddTo(this);
        pages.AddTo(this);
    }

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        var whole = await pages.ReadAsync(run, new Pages(api, ApiPath.With("app-sessions", filter.Query(run, clock)), "items", mostOnAPage: 500));
        if (run.Json)
        {
            run.Screen.Json(whole.ToJsonString());
            return ExitCode.Done;
        }
        var items = PageOptions.ItemsOf<SessionItem>(whole, "items");
        if (items.Count == 0) run.Screen.Note(filter.AnyIn(run) ? "No app session is meant by that." : "There is no app session. `lifecycle start SESSION PACKAGE` starts one.");
        else Show(run.Screen, clock, items);
        PageOptions.TellMore(run, whole);
        return ExitCode.Done;
    }

    static void Show(Screen screen, Clock clock, IReadOnlyList<SessionItem> items)
    {
        var table = screen.Table("Session", "App", "State", $"Since ({clock.Zone})", "Reason", "Fault", "Webhooks", "Deadline", "Process");
        foreach (var item in items)
        {
            table.AddRow(
                Screen.Cell(item.SessionId), Screen.Cell(item.PackageName), StateStyle.Cell(item.State), Screen.Cell(clock.Text(item.Since)), Screen.Cell(item.Reason),
                Screen.Cell(item.Blame), Screen.Cell(item.Attempt is > 0 ? $"{item.Attempt}" : ""), Screen.Cell(item.Deadline is { } due ? clock.Ago(due) : ""), Screen.Cell(item.InstanceId));
        }
        screen.Show(table);
    }
}
