using System.Collections.Concurrent;
using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.App;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Processes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>
/// Four drops in a row with data flowing; after each reconnect the apps subscribe to something else, once to nothing. The incident
/// rapid-flaps, with an app server of each SDK.
/// </summary>
sealed class RapidFlapsScene() : Scene("rapid-flaps", "Rapid flaps")
{
    const int SessionsPerApp = 6;
    const int Flaps = 4;

    static readonly TimeSpan agreeWithin = TimeSpan.FromSeconds(1);
    static readonly TimeSpan betweenMessages = TimeSpan.FromMilliseconds(150);
    static readonly string[][] sets = [[], ["audio"], ["audio", "transcript", "video"]];

    readonly ConcurrentDictionary<SessionRef, List<int>> taken = new();
    AppSessions[] apps = [];

    public override SceneNeeds Needs => SceneNeeds.Faults;

    public override async Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        row.Say("building the JavaScript SDK");
        await NodeSdk.PrepareAsync(cancellation);
        apps =
        [
            Hire(stage, "com.example.flaps-dotnet", "flaps", SessionsPerApp),
            Hire(stage, "com.example.flaps-js", "flaps", SessionsPerApp, AppKind.Node),
        ];
        foreach (var app in apps)
        {
            app.App.AfterReconnect = sets;
            await StartAsync(app, new AppPolicy(), row, cancellation);
        }
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        var before = await Task.WhenAll(apps.Select(app => app.ReadAsync(row, cancellation)));
        var fault = stage.Time.GetUtcNow();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var flowing = apps.SelectMany(app => app.Sessions).Select(session => TalkAsync(stage, session, enough.Token)).ToList();
        for (var flap = 1; flap <= Flaps; flap++)
        {
            row.Say($"drop {flap} of {Flaps}, data flowing");
            foreach (var session in apps.SelectMany(app => app.Sessions)) await stage.Faults.DropAsync(session, cancellation);
            await Task.WhenAll(apps.Select((app, index) => AwaitReconnectAsync(app, before[index], flap, row, cancellation)));
            await Task.Delay(agreeWithin + stage.Allowance.ForReconnect, stage.Time, cancellation);
            foreach (var app in apps) await JudgeSubscriptionsAsync(line, app, flap, row, cancellation);
        }

        await enough.CancelAsync();
        await Task.WhenAll(flowing);
        foreach (var (index, app) in apps.Index())
        {
            var evidence = new Evidence(line, app, before[index], await app.ReadAsync(row, cancellation), fault);
            evidence.NoWebhook();
            await evidence.AppAgreesAsync(resumed: true, stage.Time, cancellation);
            await JudgeMessagesAsync(stage, line, app, cancellation);
        }
    }

    // One after the other, so that the order in which they were taken is the order in which they must be handled.
    async Task TalkAsync(Stage stage, SessionRef session, CancellationToken enough)
    {
        var mine = taken.GetOrAdd(session, _ => []);
        for (var number = 1; !enough.IsCancellationRequested; number++)
        {
            if (await stage.Api.PostAsync(session, number, CancellationToken.None)) mine.Add(number);
            await Task.WhenAny(Task.Delay(betweenMessages, stage.Time, enough)); // an end is no failure
        }
    }

    static Task AwaitReconnectAsync(AppSessions app, IReadOnlyList<SessionStatus> before, int flap, SceneRow row, CancellationToken cancellation)
    {
        var reconnects = before.ToDictionary(status => status.SessionId, status => status.Tally.Reconnects);
        return app.AwaitAsync($"the sessions of {app.App.Package} RUNNING after drop {flap}",
            status => status.IsRunning && status.Tally.Reconnects >= reconnects[status.SessionId] + flap, RecoveryLimit, row, cancellation);
    }

    static async Task JudgeSubscriptionsAsync(ReportLine line, AppSessions app, int flap, SceneRow row, CancellationToken cancellation)
    {
        var wanted = sets[(flap - 1) % sets.Length];
        var facts = await app.App.SessionsAsync(cancellation);
        var statuses = await app.ReadAsync(row, cancellation);
        line.Checks.Every($"{app.App.Package}: sessions on whose subscriptions both sides agree 1 s after attach {flap}", statuses,
            status => status.Subscriptions.Order().SequenceEqual(wanted) && facts[status.SessionId].Subscriptions.Order().SequenceEqual(wanted),
            status => $"{status.SessionId}: wanted [{string.Join(", ", wanted)}], server [{string.Join(", ", status.Subscriptions)}], app [{string.Join(", ", facts[status.SessionId].Subscriptions)}]");
    }

    async Task JudgeMessagesAsync(Stage stage, ReportLine line, AppSessions app, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, SessionFacts> facts = await app.App.SessionsAsync(cancellation);
        await Until.HoldsAsync($"the last messages of {app.App.Package}", RecoveryLimit, stage.Time, async () =>
        {
            facts = await app.App.SessionsAsync(cancellation);
            return app.Sessions.FirstOrDefault(session => facts[session.SessionId].Handled.Count < taken[session].Count) is { } late
                ? $"{late.SessionId} handled {facts[late.SessionId].Handled.Count} of {taken[late].Count}"
                : null;
        }, cancellation);
        line.Checks.Every($"{app.App.Package}: sessions that handled every message once and in order", app.Sessions,
            session => facts[session.SessionId].Handled.SequenceEqual(taken[session]),
            session => $"{session.SessionId}: taken {string.Join(",", taken[session])}, handled {string.Join(",", facts[session.SessionId].Handled)}");
        line.Checks.AtLeast($"{app.App.Package}: messages taken", SessionsPerApp * 20, app.Sessions.Sum(session => taken[session].Count));
    }
}
