using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Processes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>The close of the old socket arrives long after the new one has attached. The incident late-close, with an app server of each SDK.</summary>
sealed class LateCloseScene() : Scene("late-close", "Late close")
{
    const int SessionsPerApp = 6;

    static readonly TimeSpan late = TimeSpan.FromSeconds(3);

    // At each half minute of the clock: see Reconcile.
    static readonly TimeSpan sweepEvery = TimeSpan.FromSeconds(30);

    // How long it may take, and the sockets after the cut.
    static readonly TimeSpan sweepTakes = TimeSpan.FromSeconds(8);

    AppSessions[] apps = [];

    public override SceneNeeds Needs => SceneNeeds.Faults;

    public override async Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        row.Say("building the JavaScript SDK");
        await NodeSdk.PrepareAsync(cancellation);
        apps =
        [
            Hire(stage, "com.example.late-dotnet", "late", SessionsPerApp),
            Hire(stage, "com.example.late-js", "late", SessionsPerApp, AppKind.Node),
        ];
        foreach (var app in apps) await StartAsync(app, new AppPolicy(), row, cancellation);
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        await AwayFromSweepAsync(stage, row, cancellation);
        var before = await Task.WhenAll(apps.Select(app => app.ReadAsync(row, cancellation)));
        row.Say($"sockets cut; their closes are told {late.TotalSeconds:0} s late");
        var fault = stage.Time.GetUtcNow();
        foreach (var session in apps.SelectMany(app => app.Sessions))
        {
            await stage.Faults.DelayCloseAsync(session, late, cancellation);
            await stage.Faults.DropAsync(session, cancellation);
        }

        var after = await Task.WhenAll(apps.Select((app, index) => AwaitLateCloseAsync(app, before[index], row, cancellation)));
        foreach (var (index, app) in apps.Index())
        {
            var evidence = new Evidence(line, app, before[index], after[index], fault);
            line.Checks.Every($"{app.App.Package}: sessions that went from socket to socket", evidence.Courses,
                course => course.Path == $"{States.Running} → {States.Running}", course => course.ToString());
            evidence.NoWebhook();
            await evidence.AppAgreesAsync(resumed: true, stage.Time, cancellation);
        }
    }

    // A sweep that looks between two sockets finds that the first one is gone, and is right: its word is not the late close that is played here.
    static Task AwayFromSweepAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        row.Say("waits until the sweep has passed");
        return Until.HoldsAsync("a time between two sweeps", sweepEvery * 2, stage.Time, () => Task.FromResult(SinceSweep(stage.Time) is var since
            && since >= sweepTakes && since <= sweepEvery - sweepTakes ? null : $"{since.TotalSeconds:0.0} s after one"), cancellation);
    }

    static TimeSpan SinceSweep(TimeProvider time) => TimeSpan.FromTicks(time.GetUtcNow().Ticks % sweepEvery.Ticks);

    // The close has come, and was counted as stale.
    static Task<IReadOnlyList<SessionStatus>> AwaitLateCloseAsync(
        AppSessions app, IReadOnlyList<SessionStatus> before, SceneRow row, CancellationToken cancellation)
    {
        var was = before.ToDictionary(status => status.SessionId, status => status.Tally);
        return app.AwaitAsync($"the late closes of {app.App.Package}", status => AppSessions.IsWell(status)
            && status.Tally.Reconnects == was[status.SessionId].Reconnects + 1 && status.Tally.Stale > was[status.SessionId].Stale,
            RecoveryLimit, row, cancellation);
    }
}
