using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>DESIGN scenario 1: the WebSocket endpoints go away under every session at once; the app processes live on.</summary>
sealed class CloudRestartScene() : Scene("cloud-restart", "Cloud restart")
{
    const int Apps = 4;
    const int SessionsPerApp = 50;

    static readonly TimeSpan outage = TimeSpan.FromSeconds(1.5);

    AppSessions[] apps = [];

    public override bool DisturbsAll => true;

    public override SceneNeeds Needs => SceneNeeds.Faults;

    public override async Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        apps = [.. Enumerable.Range(1, Apps).Select(n => Hire(stage, $"com.example.fleet{n}", $"cloud{n}", SessionsPerApp))];
        await Parallel.ForEachAsync(apps, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation },
            async (app, stop) => await StartAsync(app, new AppPolicy(ReconnectGraceMs: 10_000), row, stop));
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        var before = await Task.WhenAll(apps.Select(app => app.ReadWellAsync(row, cancellation)));
        row.Say($"every socket cut, endpoints away for {outage.TotalSeconds} s");
        var fault = stage.Time.GetUtcNow();
        await stage.Faults.RefuseAsync(true, cancellation);
        var dropped = await stage.Faults.DropAsync(null, cancellation);
        await Task.WhenAll([EndOutageAsync(stage, row, cancellation), .. apps.Select(app => app.ReadAsync(row, cancellation))]);

        var after = await Task.WhenAll(apps.Select((app, index) => AwaitReconnectAsync(app, before[index], row, cancellation)));
        line.Checks.AtLeast("sockets cut", Apps * SessionsPerApp, dropped);
        foreach (var (index, app) in apps.Index())
        {
            var evidence = new Evidence(line, app, before[index], after[index], fault);
            evidence.IsReconnect();
            await evidence.AppAgreesAsync(resumed: true, stage.Time, cancellation);
        }
    }

    static async Task EndOutageAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        await Task.Delay(outage, stage.Time, cancellation);
        await stage.Faults.RefuseAsync(false, cancellation);
        row.Say("endpoints are back");
    }

    static Task<IReadOnlyList<SessionStatus>> AwaitReconnectAsync(
        AppSessions app, IReadOnlyList<SessionStatus> before, SceneRow row, CancellationToken cancellation)
    {
        var reconnects = before.ToDictionary(status => status.SessionId, status => status.Tally.Reconnects);
        return app.AwaitAsync($"the sessions of {app.App.Package} RUNNING again",
            status => AppSessions.IsWell(status) && status.Tally.Reconnects > reconnects[status.SessionId], RecoveryLimit, row, cancellation);
    }
}
