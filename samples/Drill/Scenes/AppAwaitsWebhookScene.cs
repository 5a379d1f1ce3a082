using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>DESIGN scenario 2, the long half: the app server is killed, and its next process comes late and does nothing unless asked.</summary>
sealed class AppAwaitsWebhookScene() : Scene("app-awaits-webhook", "App server killed, must be asked")
{
    const int All = 20;
    const int Probes = 2;

    AppSessions app = null!;

    public override Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        app = Hire(stage, "com.example.translate", "ask", All);
        return StartAsync(app, new AppPolicy(3_000, InitialSpreadMs: 500, BackoffBaseMs: 500, BackoffCapMs: 2_000, ProbeFloorMs: 1_000), row, cancellation);
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        var before = await app.ReadAsync(row, cancellation);
        row.Say("kill -9 of the app server; grace windows run out");
        var fault = stage.Time.GetUtcNow();
        await app.App.KillAsync();
        var outage = new Outage(line, app, before, fault, stage.Time);
        await outage.AwaitProbesAsync(Probes, row, cancellation);
        await outage.JudgeAwayAsync(Outage.MostWebhooks(stage.Time.GetUtcNow() - fault), mustBeOpen: true, await app.ReadAsync(row, cancellation), cancellation);

        row.Say("app server starts again, waits for webhooks");
        await app.App.StartAsync(cancellation: cancellation);
        var up = stage.Time.GetUtcNow();
        var old = before[0].InstanceId;
        var after = await app.AwaitAsync("the sessions resurrected in the new process",
            status => AppSessions.IsWell(status) && status.InstanceId != old, RecoveryLimit, row, cancellation);
        var evidence = new Evidence(line, app, before, after, fault, up);
        evidence.IsResurrection();
        evidence.IsFresh();
        await outage.JudgeOverAsync(up, cancellation);
        await evidence.AppAgreesAsync(resumed: false, stage.Time, cancellation);
    }
}
