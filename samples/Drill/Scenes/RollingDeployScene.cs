using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Processes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>
/// A rolling update under load: four processes of one package behind a balancer, of both SDKs, are replaced one after the other by SIGTERM, and
/// hand their sessions over. Nobody may notice, and no message be lost or handled twice.
/// </summary>
sealed class RollingDeployScene() : Scene("rolling-deploy", "Rolling deploy")
{
    const int All = 24;

    static readonly TimeSpan betweenMessages = TimeSpan.FromMilliseconds(60);
    static readonly TimeSpan handlerTakes = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan calm = TimeSpan.FromSeconds(2);
    // The limit of a hand-over: who needs it was not taken over by another process.
    static readonly TimeSpan slowestExit = TimeSpan.FromSeconds(20);
    static readonly (AppKind Old, AppKind New)[] replaced =
        [(AppKind.Dotnet, AppKind.Node), (AppKind.Node, AppKind.Dotnet), (AppKind.Dotnet, AppKind.Dotnet), (AppKind.Node, AppKind.Node)];

    AppSessions app = null!;
    Deployment deployment = null!;

    public override string? WhyNot(ILifecycleHost host) => OperatingSystem.IsWindows() ? "there is no SIGTERM on Windows" : base.WhyNot(host);

    public override async Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        row.Say("building the JavaScript SDK");
        await NodeSdk.PrepareAsync(cancellation);
        app = Hire(stage, "com.example.deploy", "deploy", All, AppKind.Balancer);
        deployment = new Deployment(app.App, (name, kind) => stage.CastBehind(app.App, name, kind), handlerTakes);
        row.Say($"starting a balancer and {replaced.Length} processes, {All} sessions");
        await app.App.StartAsync(cancellation: cancellation);
        foreach (var (kind, _) in replaced) await deployment.AddAsync(kind, 1, cancellation);
        await app.StartAsync(new AppPolicy(), row, cancellation);
    }

    public override async Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        var line = report.AddLine();
        var before = await app.ReadWellAsync(row, cancellation);
        var old = deployment.All.ToList();
        var begin = stage.Time.GetUtcNow();
        var flow = new MessageFlow(stage.Api, app.Sessions, betweenMessages, stage.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var flowing = flow.RunAsync(over.Token);
        IReadOnlyList<Leaving> leavings;
        try
        {
            leavings = await ReplaceAsync(old, stage, row, cancellation);
        }
        finally
        {
            await over.CancelAsync();
        }
        await flowing;
        row.Say("every process is replaced");
        await AwaitHandledAsync(flow, stage, cancellation);

        line.Checks.Equal("processes with sessions before", old.Count, before.Select(status => status.InstanceId).Distinct().Count());
        JudgeLeavings(line, leavings);
        var evidence = new Evidence(line, app, before, await app.ReadAsync(row, cancellation), begin);
        evidence.IsHandOver([.. deployment.All.Skip(old.Count).Select(process => process.Instance)]);
        new MessageLedger(line.Checks, app.App.Package, flow.Posted, deployment.Handled()).IsExact();
        line.Checks.AtLeast("messages posted to each session meanwhile", 2, flow.Posted.Values.Min());
        await evidence.AppAgreesAsync(resumed: true, stage.Time, cancellation);
    }

    public override async Task LeaveAsync(CancellationToken cancellation)
    {
        await base.LeaveAsync(cancellation);
        await deployment.EndAsync(cancellation);
    }

    async Task<IReadOnlyList<Leaving>> ReplaceAsync(IReadOnlyList<AppServerProcess> old, Stage stage, SceneRow row, CancellationToken cancellation)
    {
        var leavings = new List<Leaving>();
        foreach (var (index, process) in old.Index())
        {
            row.Say($"{process.Kind} process {index + 1} of {old.Count} is replaced by one of {replaced[index].New}");
            await deployment.AddAsync(replaced[index].New, 2, cancellation);
            leavings.Add(await deployment.RemoveAsync(process, cancellation));
            await Task.Delay(calm, stage.Time, cancellation);
        }
        return leavings;
    }

    async Task AwaitHandledAsync(MessageFlow flow, Stage stage, CancellationToken cancellation) =>
        await Until.HoldsAsync($"{flow.Count} messages handled", RecoveryLimit, stage.Time, () =>
        {
            var count = deployment.Handled().DistinctBy(message => (message.SessionId, message.Number)).Count();
            return Task.FromResult(count >= flow.Count ? null : $"{count} are");
        }, cancellation);

    static void JudgeLeavings(ReportLine line, IReadOnlyList<Leaving> leavings)
    {
        foreach (var leaving in leavings) line.AddExit(leaving.Took);
        line.Checks.Every("processes that left by themselves with exit code 0", leavings, leaving => leaving.ExitCode == 0, leaving => $"{leaving.Name}: {leaving.ExitCode}");
        line.Checks.AtMost("slowest time from SIGTERM to exit", slowestExit, line.Exits[^1], took => $"{took.TotalSeconds:0.0} s");
    }
}
