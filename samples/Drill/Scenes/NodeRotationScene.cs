using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>
/// DESIGN section 6, node-rotation: a pod is drained, its sockets are closed politely, the ingress answers 503 for longer than any grace
/// window, and the next pod does nothing unless asked. Nobody has to step in.
/// </summary>
sealed class NodeRotationScene() : Scene("node-rotation", "Node rotation")
{
    const int MostWebhooksWhileAway = 20;

    static readonly TimeSpan away = TimeSpan.FromSeconds(25);
    static readonly TimeSpan medianFromUp = TimeSpan.FromSeconds(5);
    static readonly TimeSpan slowestFromUp = TimeSpan.FromSeconds(15);
    static readonly int[] sizes = [1, 5, 12];

    AppSessions[] apps = [];

    public override async Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        apps = [.. sizes.Select(size => Hire(stage, $"com.example.pod{size}", $"pod{size}", size))];
        await Task.WhenAll(apps.Select(app => StartAsync(app, new AppPolicy(), row, cancellation)));
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        row.Say($"pods drained; their ingress answers 503 for {away.TotalSeconds:0} s");
        var fault = stage.Time.GetUtcNow();
        var rotated = await Task.WhenAll(apps.Select(app => RotateAsync(app, line, stage, row, fault, cancellation)));
        foreach (var (evidence, _) in rotated)
        {
            evidence.IsResurrection();
            evidence.IsFresh();
            await evidence.AppAgreesAsync(resumed: false, stage.Time, cancellation);
        }
        var fromUp = line.RecoveriesFromAppUp;
        line.Checks.Equal("sessions RUNNING again", sizes.Sum(), fromUp.Count);
        // A busy machine does everything late: what it needs to start a process tells how busy it is.
        line.Checks.AtMost("median time from app up to RUNNING", medianFromUp + stage.Allowance.ForRestart + rotated.Max(app => app.StartedIn), fromUp[fromUp.Count / 2], Seconds);
        line.Checks.AtMost("slowest time from app up to RUNNING", slowestFromUp + stage.Allowance.ForRestart, fromUp[^1], Seconds);
    }

    static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.0} s";

    static async Task<(Evidence Evidence, TimeSpan StartedIn)> RotateAsync(
        AppSessions app, ReportLine line, Stage stage, SceneRow row, DateTimeOffset fault, CancellationToken cancellation)
    {
        var before = await app.ReadAsync(row, cancellation);
        var outage = new Outage(line, app, before, fault, stage.Time);
        await app.App.DrainAsync(cancellation);
        await app.WatchAsync(away + (2 * stage.Allowance.ForRestart), row, cancellation); // long enough for a slow engine to have failed, too
        await outage.AwaitMiddleAsync(cancellation);
        var now = await app.ReadAsync(row, cancellation);
        // The failures of a single session are spread over its backoff: they need not be enough for the breaker by now.
        await outage.JudgeAwayAsync(MostWebhooksWhileAway, mustBeOpen: app.Sessions.Count > 1, now, cancellation);
        line.Checks.AtLeast($"{app.App.Package}: webhooks answered with 503", 1, app.App.TurnedAway().Count);
        row.Say($"{app.App.Package} is up again, waits for webhooks");
        var starting = stage.Time.GetTimestamp();
        await app.App.StartAsync(cancellation: cancellation);
        var (up, startedIn) = (stage.Time.GetUtcNow(), stage.Time.GetElapsedTime(starting));

        var old = before[0].InstanceId;
        var after = await app.AwaitAsync($"the sessions of {app.App.Package} resurrected",
            status => AppSessions.IsWell(status) && status.InstanceId != old, RecoveryLimit, row, cancellation);
        await outage.JudgeOverAsync(up, cancellation);
        return (new Evidence(line, app, before, after, fault, up), startedIn);
    }
}
