using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Processes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>
/// A fault that is nobody's but the cloud's, for longer than three grace windows: five app servers of both SDKs live on, and none of their
/// sessions may be started anew. Each of them is back, with its state, within ten seconds of the end of the fault.
/// </summary>
abstract class FleetScene(string name, string title, string prefix, string back) : Scene(name, title)
{
    const int SessionsPerApp = 5;

    static readonly TimeSpan backWithin = TimeSpan.FromSeconds(10);
    static readonly AppKind[] kinds = [AppKind.Dotnet, AppKind.Dotnet, AppKind.Dotnet, AppKind.Node, AppKind.Node];

    AppSessions[] apps = [];

    public override bool DisturbsAll => true;

    /// <summary>How long the fault lasts.</summary>
    protected static TimeSpan Away { get; } = TimeSpan.FromSeconds(20);

    public override async Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        row.Say("building the JavaScript SDK");
        await NodeSdk.PrepareAsync(cancellation);
        apps = [.. kinds.Select((kind, n) => Hire(stage, $"com.example.{prefix}{n + 1}", $"{prefix}{n + 1}", SessionsPerApp, kind))];
        await Parallel.ForEachAsync(apps, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation },
            async (app, stop) => await StartAsync(app, new AppPolicy(), row, stop));
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        line.Since = back;
        var before = await Task.WhenAll(apps.Select(app => app.ReadWellAsync(row, cancellation)));
        var fault = stage.Time.GetUtcNow();
        await BreakAsync(stage, row, cancellation);
        var over = stage.Time.GetUtcNow();
        row.Say($"{back} after {(over - fault).TotalSeconds:0.0} s");

        var after = await Task.WhenAll(apps.Select((app, index) => AwaitReconnectAsync(app, before[index], row, cancellation)));
        foreach (var (index, app) in apps.Index())
        {
            var evidence = new Evidence(line, app, before[index], after[index], fault, over);
            evidence.IsReconnect();
            await evidence.AppAgreesAsync(resumed: true, stage.Time, cancellation);
        }
        line.Checks.Equal("sessions RUNNING again", apps.Length * SessionsPerApp, line.RecoveriesFromAppUp.Count);
        line.Checks.AtMost($"slowest time from {back} to RUNNING", backWithin + stage.Allowance.ForReconnect, line.RecoveriesFromAppUp[^1], span => $"{span.TotalSeconds:0.0} s");
    }

    /// <summary>Loses every socket, and comes back when the fault is over.</summary>
    protected abstract Task BreakAsync(Stage stage, SceneRow row, CancellationToken cancellation);

    /// <summary>No client can open a socket from now on, and nobody has one.</summary>
    protected static async Task CutAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.Faults.RefuseAsync(true, cancellation);
        await stage.Faults.DropAsync(null, cancellation);
    }

    /// <summary>Waits, and looks at every session meanwhile.</summary>
    protected Task WatchAsync(SceneRow row, CancellationToken cancellation) => Task.WhenAll(apps.Select(app => app.WatchAsync(Away, row, cancellation)));

    /// <summary>Waits until every session has noticed.</summary>
    protected Task AwaitGraceAsync(SceneRow row, CancellationToken cancellation) => Task.WhenAll(apps.Select(app => app.AwaitAsync(
        $"{app.App.Package} in GRACE_PERIOD", status => status.State == States.GracePeriod, TimeSpan.FromSeconds(4), row, cancellation)));

    static Task<IReadOnlyList<SessionStatus>> AwaitReconnectAsync(
        AppSessions app, IReadOnlyList<SessionStatus> before, SceneRow row, CancellationToken cancellation)
    {
        var reconnects = before.ToDictionary(status => status.SessionId, status => status.Tally.Reconnects);
        return app.AwaitAsync($"the sessions of {app.App.Package} RUNNING again",
            status => AppSessions.IsWell(status) && status.Tally.Reconnects > reconnects[status.SessionId], RecoveryLimit, row, cancellation);
    }
}
