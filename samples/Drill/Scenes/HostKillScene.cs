using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.App;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>
/// Lifecycle itself is killed twice: in the middle of grace windows, of sessions whose app lives and of sessions whose app
/// is dead; then with webhooks in flight.
/// </summary>
sealed class HostKillScene() : Scene("host-kill", "Host killed")
{
    const int SessionsPerApp = 20;
    const int InFlight = 5;

    static readonly TimeSpan slowAnswer = TimeSpan.FromSeconds(2);
    static readonly TimeSpan timerLimit = TimeSpan.FromSeconds(5);

    AppSessions alive = null!;
    AppSessions dead = null!;

    public override bool DisturbsAll => true;

    public override SceneNeeds Needs => SceneNeeds.Faults | SceneNeeds.HostKill;

    public override async Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        alive = Hire(stage, "com.example.alive", "alive", SessionsPerApp);
        dead = Hire(stage, "com.example.dead", "dead", SessionsPerApp);
        await StartAsync(alive, new AppPolicy(ReconnectGraceMs: 15_000), row, cancellation);
        await StartAsync(dead, new AppPolicy(5_000, InitialSpreadMs: 500, BackoffBaseMs: 500, BackoffCapMs: 2_000, ProbeFloorMs: 1_000), row, cancellation);
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var (aliveBefore, deadBefore) = (await alive.ReadWellAsync(row, cancellation), await dead.ReadWellAsync(row, cancellation));
        row.Say("one app server killed, the other one's sockets cut");
        var fault = stage.Time.GetUtcNow();
        await dead.App.KillAsync();
        await stage.Faults.RefuseAsync(true, cancellation);
        foreach (var session in alive.Sessions) await stage.Faults.DropAsync(session, cancellation);
        var inGrace = await Task.WhenAll(new[] { alive, dead }.Select(app => app.AwaitAsync(
            $"{app.App.Package} in GRACE_PERIOD", status => status.State == States.GracePeriod, TimeSpan.FromSeconds(4), row, cancellation)));

        row.Say("kill -9 of the host in the middle of the grace windows");
        var killed = stage.Time.GetUtcNow();
        await stage.Host.KillAsync();
        var lines = new[] { report.AddLine("Host killed in grace window, app alive"), report.AddLine("Host killed twice, app dead") };
        foreach (var (index, line) in lines.Index())
        {
            line.Checks.Every("grace windows that were open when the host died", inGrace[index], status => status.Deadline > killed,
                status => $"{status.SessionId}: until {status.Deadline:HH:mm:ss.fff}, killed {killed:HH:mm:ss.fff}");
        }
        await stage.Host.StartAsync(cancellation);
        var up = stage.Time.GetUtcNow();

        row.Say($"host is back after {(up - killed).TotalSeconds:0.0} s; the living reconnect");
        await JudgeAliveAsync(stage, row, lines[0], aliveBefore, fault, cancellation);
        await JudgeTimersAsync(row, lines[1], inGrace[1], fault, up, cancellation);
        var outage = new Outage(lines[1], dead, deadBefore, fault, stage.Time);
        await outage.AwaitProbesAsync(1, row, cancellation);
        await outage.JudgeAwayAsync(
            Outage.MostWebhooks(stage.Time.GetUtcNow() - fault), mustBeOpen: true, await dead.ReadAsync(row, cancellation), cancellation);
        var appUp = await KillWithWebhooksInFlightAsync(stage, row, lines[1], cancellation);

        var old = deadBefore[0].InstanceId;
        var after = await dead.AwaitAsync("the dead app's sessions resurrected",
            status => AppSessions.IsWell(status) && status.InstanceId != old, RecoveryLimit, row, cancellation);
        var evidence = new Evidence(lines[1], dead, deadBefore, after, fault, appUp);
        evidence.IsResurrection();
        evidence.IsFresh();
        await outage.JudgeOverAsync(appUp, cancellation);
        await evidence.AppAgreesAsync(resumed: null, stage.Time, cancellation);
    }

    async Task JudgeAliveAsync(
        Stage stage, SceneRow row, ReportLine line, IReadOnlyList<SessionStatus> before, DateTimeOffset fault, CancellationToken cancellation)
    {
        var reconnects = before.ToDictionary(status => status.SessionId, status => status.Tally.Reconnects);
        var after = await alive.AwaitAsync("the living app's sessions RUNNING again",
            status => AppSessions.IsWell(status) && status.Tally.Reconnects > reconnects[status.SessionId], RecoveryLimit, row, cancellation);
        var evidence = new Evidence(line, alive, before, after, fault);
        evidence.IsReconnect();
        await evidence.AppAgreesAsync(resumed: true, stage.Time, cancellation);
    }

    // A timer that came due while the host was away fires when it is back; none before its deadline.
    async Task JudgeTimersAsync(
        SceneRow row, ReportLine line, IReadOnlyList<SessionStatus> inGrace, DateTimeOffset fault, DateTimeOffset up, CancellationToken cancellation)
    {
        var deadlines = inGrace.ToDictionary(status => status.SessionId, status => status.Deadline!.Value);
        row.Say("the dead app's grace timers fire, few webhooks are tried");
        var fired = await dead.AwaitAsync("the grace timers of the dead app's sessions",
            status => FiredAt(status, fault) is not null, RecoveryLimit, row, cancellation);
        line.Checks.Every($"grace timers that fired, not before their deadline and within {timerLimit.TotalSeconds:0} s", fired,
            status => FiredAt(status, fault) is { } at && at >= deadlines[status.SessionId] && at - Later(deadlines[status.SessionId], up) < timerLimit,
            status => $"{status.SessionId}: deadline {deadlines[status.SessionId]:HH:mm:ss.fff}, host up {up:HH:mm:ss.fff}, fired {FiredAt(status, fault):HH:mm:ss.fff}");
    }

    // Answers when the app was up.
    async Task<DateTimeOffset> KillWithWebhooksInFlightAsync(Stage stage, SceneRow row, ReportLine line, CancellationToken cancellation)
    {
        row.Say("the dead app is up, slow to answer");
        await dead.App.StartAsync(answersAfter: slowAnswer, cancellation: cancellation);
        var appUp = stage.Time.GetUtcNow();
        var already = dead.App.Webhooks().Count;
        await Until.HoldsAsync($"{InFlight} webhooks in flight", RecoveryLimit, stage.Time, () =>
        {
            var arrived = dead.App.Webhooks().Count - already;
            return Task.FromResult(arrived >= InFlight ? null : $"{arrived} arrived");
        }, cancellation);

        row.Say("kill -9 of the host with webhooks in flight");
        var killed = stage.Time.GetUtcNow();
        await stage.Host.KillAsync();
        var inFlight = dead.App.Webhooks().Skip(already).Select(webhook => webhook.SessionId).ToHashSet();
        await stage.Host.StartAsync(cancellation);
        row.Say("host is back; the webhooks are sent again under their ids");
        var (again, anew) = (0, 0);
        await Until.HoldsAsync("a webhook in flight to be sent again", RecoveryLimit, stage.Time, async () =>
        {
            (again, anew) = (Repeated(), (await dead.ReadAsync(row, cancellation)).Count(status => inFlight.Contains(status.SessionId) && IsGivenTime(status, killed)));
            return again + anew > 0 ? null : "no webhook id arrived twice";
        }, cancellation);
        line.Checks.AtLeast("webhooks in flight that came again under the same id, or whose sessions got time because the host was away", 1, again + anew);
        return appUp;
    }

    int Repeated() => dead.App.Webhooks().CountBy((WebhookArrival webhook) => webhook.Id).Count(id => id.Value > 1);

    // A host that is away for longer than a moment asks nobody for what may have come back meanwhile: there is a grace window first.
    static bool IsGivenTime(SessionStatus status, DateTimeOffset killed) =>
        status.Trail.Any(step => step.State == States.GracePeriod && step.Reason == "platform_away" && step.At >= killed);

    // Scenes that disturb everybody have gone before: on a machine that stood still in one of them a session may have been DISCONNECTED already.
    static DateTimeOffset? FiredAt(SessionStatus status, DateTimeOffset fault) => status.Trail.LastOrDefault(step => step.State == States.Disconnected && step.At >= fault)?.At;

    static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
