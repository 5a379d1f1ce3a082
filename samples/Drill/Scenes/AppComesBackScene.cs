using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>DESIGN scenario 2, the quick half: the app server is killed and its next process attaches again without being asked.</summary>
sealed class AppComesBackScene() : Scene("app-comes-back", "App server killed, comes back")
{
    const int All = 20;

    static readonly TimeSpan away = TimeSpan.FromSeconds(1);

    AppSessions app = null!;

    public override Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        app = Hire(stage, "com.example.captions", "back", All);
        return StartAsync(app, new AppPolicy(ReconnectGraceMs: 15_000), row, cancellation);
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        var before = await app.ReadAsync(row, cancellation);
        row.Say("kill -9 of the app server");
        var fault = stage.Time.GetUtcNow();
        await app.App.KillAsync();
        await Task.WhenAll(
            Task.Delay(away, stage.Time, cancellation),
            app.AwaitAsync("the loss noticed", status => status.State == States.GracePeriod, TimeSpan.FromSeconds(10), row, cancellation));
        row.Say("app server starts again, attaches by itself");
        await app.App.StartAsync(comesBack: true, cancellation: cancellation);
        var up = stage.Time.GetUtcNow();

        var old = before[0].InstanceId;
        var after = await app.AwaitAsync("the sessions RUNNING in the new process",
            status => AppSessions.IsWell(status) && status.InstanceId != old, RecoveryLimit, row, cancellation);
        var evidence = new Evidence(line, app, before, after, fault, up);
        evidence.IsFresh();
        evidence.NoWebhook();
        line.Checks.Every("sessions back within the grace window", evidence.Courses,
            course => course.Path == $"{States.Running} → {States.GracePeriod} → {States.Running}", course => course.ToString());
        await evidence.AppAgreesAsync(resumed: false, stage.Time, cancellation);
    }
}
