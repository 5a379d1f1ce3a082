using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.App;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Processes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>
/// An app whose process attaches and exits a moment later, whenever it is started. Lifecycle asks more and more rarely and tells the owner, once; when
/// the app is mended, one start is enough to have all of its sessions back.
/// </summary>
sealed class CrashLoopScene() : Scene("crash-loop", "Crash loop")
{
    const int All = 2;
    const int MostWebhooks = 6;
    const int StableMs = 10_000;
    const int BaseMs = 3_000;
    // By how much each wait is stretched at the least.
    const double LeastStretch = 1.7;
    const string LoopReason = "crash_loop";
    const string Recovered = "app_recovered";

    static readonly TimeSpan looping = TimeSpan.FromSeconds(28);
    // Timers of the durable engine may be early by so much.
    static readonly TimeSpan timerStep = TimeSpan.FromSeconds(1);

    AppSessions app = null!;

    public override Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        app = Hire(stage, "com.example.crashing", "crash", All, AppKind.Supervisor);
        row.Say("starting a supervisor");
        return app.App.StartAsync(cancellation: cancellation);
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        line.Since = "a start";
        var begin = stage.Time.GetUtcNow();
        row.Say($"{All} sessions of an app whose processes exit soon after they attach, for {looping.TotalSeconds:0} s");
        await app.BeginAsync(new AppPolicy(ReconnectGraceMs: 2_000, CrashLoopBaseMs: BaseMs, StableMs: StableMs), cancellation);
        await app.WatchAsync(looping, row, cancellation);
        var looped = await AwaitHeldBackAsync(stage, row, cancellation);
        var mended = stage.Time.GetUtcNow();
        await JudgeLoopAsync(line, looped, cancellation);

        row.Say("the app is mended, and one of its sessions started");
        app.App.Mend();
        var after = await BringBackAsync(line, stage, row, mended, cancellation);
        line.AddWhileAway(looped.Sum(status => status.Tally.Webhooks));
        line.Add(app, [], after, mended, mended, webhooksSince: begin);
        await JudgeEndAsync(line, cancellation);
    }

    // All of them at a time: a process that is just being started is not mended any more. Each has waited once before: on a busy machine a life is long.
    async Task<IReadOnlyList<SessionStatus>> AwaitHeldBackAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        IReadOnlyList<SessionStatus> seen = [];
        await Until.HoldsAsync($"the sessions in BACKOFF ({LoopReason})", RecoveryLimit + app.Allowance.ForWaits, stage.Time, async () =>
        {
            seen = await app.ReadAsync(row, cancellation);
            var others = seen.Where(status => status is not { State: States.Backoff, Reason: LoopReason } || !Waits(status).Any()).ToList();
            return others.Count == 0 ? null : string.Join(", ", others.Select(status => $"{status.SessionId} {status.State} ({status.Reason})"));
        }, cancellation);
        return seen;
    }

    async Task JudgeLoopAsync(ReportLine line, IReadOnlyList<SessionStatus> looped, CancellationToken cancellation)
    {
        line.Checks.Every($"sessions with at least 2 and at most {MostWebhooks} webhooks", looped,
            status => status.Tally.Webhooks is >= 2 and <= MostWebhooks, status => $"{status.SessionId}: {status.Tally.Webhooks}");
        line.Checks.Every("sessions whose waits double", looped,
            status => Waits(status).Select((wait, times) => wait >= LeastWait(times) - timerStep).DefaultIfEmpty().All(isLong => isLong),
            status => $"{status.SessionId}: {string.Join(", ", Waits(status).Select(wait => $"{wait.TotalSeconds:0.0} s"))}");
        line.Checks.Equal($"{LoopReason} notices to the owner", 1, Told(LoopReason).Count);
        var health = await app.FindHealthAsync(cancellation);
        line.Checks.That("breaker while it loops", health?.Breaker.IsClosed == true, "CLOSED", $"{health?.Breaker}");
        line.Checks.Equal("cause of its incident", LoopReason, health?.Incident?.Cause);
    }

    // One that is started is restarted at once; the others follow when it has been well for long enough.
    async Task<IReadOnlyList<SessionStatus>> BringBackAsync(
        ReportLine line, Stage stage, SceneRow row, DateTimeOffset mended, CancellationToken cancellation)
    {
        var first = app.Sessions[0];
        await stage.Api.StartAsync(first, cancellation);
        await app.AwaitAsync($"{first.SessionId} RUNNING", status => status.SessionId != first.SessionId || IsBack(status, mended), RecoveryLimit, row, cancellation);
        row.Say($"{first.SessionId} runs; its app is well when it does for {StableMs / 1000} s");
        await Until.HoldsAsync($"{Recovered} told to the owner", RecoveryLimit + app.Allowance.ForWaits, stage.Time,
            () => Task.FromResult(Told(Recovered).Count > 0 ? null : "not told"), cancellation);
        var after = await app.AwaitAsync("all sessions RUNNING", status => IsBack(status, mended), RecoveryLimit, row, cancellation);
        var stableAt = after[0].Trail.First(step => step.State == States.Running && step.At >= mended).At.AddMilliseconds(StableMs);
        line.Checks.That($"{Recovered} told", Told(Recovered)[0].At >= stableAt - timerStep, $"at {stableAt:HH:mm:ss.fff} or later", $"{Told(Recovered)[0].At:HH:mm:ss.fff}");
        return after;
    }

    async Task JudgeEndAsync(ReportLine line, CancellationToken cancellation)
    {
        var health = await app.FindHealthAsync(cancellation);
        line.Checks.That("open incident in the end", health is not null && health.Incident is null, "none", $"{health?.Incident}");
        line.Checks.Equal("notices to the owner", $"{LoopReason}, {Recovered}", string.Join(", ", app.App.Notices().DistinctBy(notice => notice.Id).Select(notice => notice.Type)));
    }

    IReadOnlyList<OwnerNotice> Told(string type) => [.. app.App.Notices().Where(notice => notice.Type == type).DistinctBy(notice => notice.Id)];

    // From being held back to the next webhook: how long the process then takes to come up says nothing of the waits.
    static IEnumerable<TimeSpan> Waits(SessionStatus status) => status.Trail.Zip(status.Trail.Skip(1))
        .Where(pair => pair.First is { State: States.Backoff, Reason: LoopReason })
        .Select(pair => pair.Second.At - pair.First.At);

    static TimeSpan LeastWait(int times) => TimeSpan.FromMilliseconds(BaseMs * Math.Pow(2, times) * LeastStretch);

    static bool IsBack(SessionStatus status, DateTimeOffset since) => AppSessions.IsWell(status) && status.Trail[^1].At >= since;
}
