using Lifecycle.Samples.Drill.Api;

namespace Lifecycle.Samples.Drill.Verdicts;

/// <summary>What a scene is judged by: one or more lines of the table.</summary>
sealed class SceneReport(string title)
{
    readonly List<ReportLine> lines = [];

    public string Title => title;

    /// <summary>What is there to show; a scene that never came to a line has an empty one.</summary>
    public IReadOnlyList<ReportLine> Lines => lines.Count > 0 ? lines : [new ReportLine(title)];

    public int SessionCount => lines.Sum(line => line.SessionCount);

    public bool IsGood => lines.Count > 0 && lines.All(line => line.Checks.Hold);

    public bool HasFailed => lines.Any(line => line.Checks.All.Any(check => !check.Holds));

    /// <summary>Begins a line; the scene's own title unless another is given.</summary>
    public ReportLine AddLine(string? lineTitle = null)
    {
        var line = new ReportLine(lineTitle ?? title);
        lines.Add(line);
        return line;
    }

    /// <summary>Notes that the scene could not go on.</summary>
    public void Break(string what, string seen) => (lines.LastOrDefault() ?? AddLine()).Checks.Fail($"{what} comes to its end", "no trouble", seen);
}

/// <summary>A line of the table, taken from what was observed.</summary>
sealed class ReportLine(string title)
{
    readonly Lock gate = new();
    readonly List<Course> courses = [];
    readonly List<TimeSpan> fromAppUp = [];
    readonly List<TimeSpan> exits = [];

    public string Title => title;

    /// <summary>What <see cref="RecoveriesFromAppUp"/> are counted from, for the reader of the table.</summary>
    public string Since { get; set; } = "app up";

    public Checks Checks { get; } = new();

    public int SessionCount => courses.Count;

    /// <summary>Webhooks that Lifecycle sent after the fault.</summary>
    public int WebhooksSent { get; private set; }

    /// <summary>Of these, the ones that were sent while the app server was away; null when none was.</summary>
    public int? WebhooksWhileAway { get; private set; }

    /// <summary>Of all, the different ones that reached an app server.</summary>
    public int WebhooksReceived { get; private set; }

    /// <summary>The ways that the sessions took, the most frequent first.</summary>
    public IReadOnlyList<(string Path, int Sessions)> Paths =>
        [.. courses.CountBy(course => course.Path).OrderByDescending(path => path.Value).Select(path => (path.Key, path.Value))];

    /// <summary>Times from loss to RUNNING, ascending.</summary>
    public IReadOnlyList<TimeSpan> Recoveries => [.. courses.Select(course => course.Recovery).OfType<TimeSpan>().Order()];

    /// <summary>Times from the app server's return to RUNNING, ascending.</summary>
    public IReadOnlyList<TimeSpan> RecoveriesFromAppUp => [.. fromAppUp.Order()];

    /// <summary>Times from SIGTERM to the exit of a process, ascending.</summary>
    public IReadOnlyList<TimeSpan> Exits => [.. exits.Order()];

    /// <summary>Notes how long a process took to leave.</summary>
    public void AddExit(TimeSpan took) => exits.Add(took);

    /// <summary>Notes webhooks that were sent while an app server was away.</summary>
    public void AddWhileAway(int webhooks)
    {
        lock (gate) WebhooksWhileAway = (WebhooksWhileAway ?? 0) + webhooks;
    }

    /// <summary>Adds what became of a package's sessions and answers their courses.</summary>
    /// <param name="app">The package.</param>
    /// <param name="before">Its sessions before the fault.</param>
    /// <param name="after">Its sessions now.</param>
    /// <param name="fault">When the fault was.</param>
    /// <param name="appUp">When the app server was there again, if it had been away.</param>
    /// <param name="webhooksSince">Since when webhooks are counted that reached it, if not since the fault.</param>
    public IReadOnlyList<Course> Add(
        AppSessions app, IReadOnlyList<SessionStatus> before, IReadOnlyList<SessionStatus> after, DateTimeOffset fault, DateTimeOffset? appUp,
        DateTimeOffset? webhooksSince = null)
    {
        var added = after.Select(status => Course.Of(status, fault)).ToList();
        lock (gate)
        {
            courses.AddRange(added);
            fromAppUp.AddRange(added.Select(course => course.BackAt - appUp).OfType<TimeSpan>());
            WebhooksSent += after.Sum(status => status.Tally.Webhooks) - before.Sum(status => status.Tally.Webhooks);
            WebhooksReceived += app.App.Webhooks().Where(webhook => webhook.At >= (webhooksSince ?? fault)).DistinctBy(webhook => webhook.Id).Count();
        }
        return added;
    }
}
