using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>DESIGN scenario 3: some sockets break while both sides are alive.</summary>
sealed class SocketDropScene() : Scene("socket-drop", "Socket drop")
{
    const int All = 20;
    const int Dropped = 8;

    AppSessions app = null!;

    public override SceneNeeds Needs => SceneNeeds.Faults;

    public override Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        app = Hire(stage, "com.example.notes", "drop", All);
        return StartAsync(app, new AppPolicy(), row, cancellation);
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        var before = await app.ReadAsync(row, cancellation);
        row.Say($"cutting {Dropped} of {All} sockets");
        var fault = stage.Time.GetUtcNow();
        var victims = app.Sessions.Take(Dropped).ToHashSet();
        var dropped = 0;
        foreach (var session in victims) dropped += await stage.Faults.DropAsync(session, cancellation);

        var hit = victims.Select(session => session.SessionId).ToHashSet();
        var reconnects = before.ToDictionary(status => status.SessionId, status => status.Tally.Reconnects);
        var after = await app.AwaitAsync("the sessions RUNNING again",
            status => AppSessions.IsWell(status) && (!hit.Contains(status.SessionId) || status.Tally.Reconnects > reconnects[status.SessionId]),
            RecoveryLimit, row, cancellation);

        line.Checks.Equal("sockets cut", Dropped, dropped);
        var evidence = new Evidence(
            line, app, [.. before.Where(status => hit.Contains(status.SessionId))], [.. after.Where(status => hit.Contains(status.SessionId))], fault);
        evidence.IsReconnect();
        await evidence.AppAgreesAsync(resumed: true, stage.Time, cancellation);
        line.Checks.Every("sessions with a whole socket that noticed nothing", [.. after.Where(status => !hit.Contains(status.SessionId))],
            status => status.Trail[^1].At < fault, status => $"{status.SessionId}: {status.State} since the fault");
    }
}
