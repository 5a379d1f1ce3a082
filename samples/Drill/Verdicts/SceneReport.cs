using Lifecycle.Samples.Drill.Api;

namespace Lifecycle.Samples.Drill.Verdicts;

/// <summary>A line of the table, taken from what was observed.</summary>
sealed class SceneReport
{
    readonly List<Course> courses = [];

    public Checks Checks { get; } = new();

    public int SessionCount => courses.Count;

    /// <summary>Webhooks that Lifecycle sent after the fault.</summary>
    public int WebhooksSent { get; private set; }

    /// <summary>Of these, the different ones that reached an app server.</summary>
    public int WebhooksReceived { get; private set; }

    /// <summary>The ways that the sessions took, the most frequent first.</summary>
    public IReadOnlyList<(string Path, int Sessions)> Paths =>
        [.. courses.CountBy(course => course.Path).OrderByDescending(path => path.Value).Select(path => (path.Key, path.Value))];

    /// <summary>Times from loss to RUNNING, ascending.</summary>
    public IReadOnlyList<TimeSpan> Recoveries => [.. courses.Select(course => course.Recovery).OfType<TimeSpan>().Order()];

    /// <summary>Adds what became of a package's sessions and answers their courses.</summary>
    public IReadOnlyList<Course> Add(
        AppSessions app, IReadOnlyList<SessionStatus> before, IReadOnlyList<SessionStatus> after, DateTimeOffset fault)
    {
        var added = after.Select(status => Course.Of(status, fault)).ToList();
        courses.AddRange(added);
        WebhooksSent += after.Sum(status => status.Tally.Webhooks) - before.Sum(status => status.Tally.Webhooks);
        WebhooksReceived += app.App.Webhooks().Where(webhook => webhook.At >= fault).DistinctBy(webhook => webhook.Id).Count();
        return added;
    }
}
