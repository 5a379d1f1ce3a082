using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Scenes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill;

/// <summary>The order of things: two set-ups at a time, in the order of the scenes, and no more waiting than the scenes need.</summary>
sealed class Play(Stage stage, IBoard board, IReadOnlyList<Scene> scenes)
{
    const int SetUpsAtOnce = 2;

    readonly List<(Scene Scene, SceneRow Row, SceneReport Report)> acts = [];
    readonly SemaphoreSlim settingUp = new(SetUpsAtOnce);

    public IReadOnlyList<SceneReport> Reports => [.. acts.Select(act => act.Report)];

    /// <summary>Plays all. What goes wrong in a scene is in its report and does not stop the others.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var host = board.Add("Lifecycle host");
        foreach (var scene in scenes) acts.Add((scene, board.Add(scene.Title), new SceneReport(scene.Title)));
        await board.ShowAsync(async () =>
        {
            await StartHostAsync(host, cancellation);
            // What leaves all others alone is played as soon as it is set up; what disturbs everybody, one by one when those are over.
            await Task.WhenAll(acts.Select(act => SetUpAsync(act.Scene, act.Row, act.Report, cancellation)));
            foreach (var (scene, row, report) in acts.Where(act => act.Scene.DisturbsAll)) await PlayAsync(scene, row, report, cancellation);
        });
    }

    async Task StartHostAsync(SceneRow row, CancellationToken cancellation)
    {
        row.Say("starting");
        await stage.Host.StartAsync(cancellation);
        row.Say($"API {stage.Host.Api.Authority}, SignalR {stage.Host.SignalR.Authority}", SceneStage.Good);
    }

    async Task SetUpAsync(Scene scene, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        await settingUp.WaitAsync(cancellation);
        try
        {
            await GuardAsync(row, report, "the set-up", () => scene.PrepareAsync(stage, row, cancellation), cancellation, "set up");
        }
        finally
        {
            settingUp.Release();
        }
        if (!scene.DisturbsAll) await PlayAsync(scene, row, report, cancellation);
    }

    async Task PlayAsync(Scene scene, SceneRow row, SceneReport report, CancellationToken cancellation)
    {
        if (report.HasFailed) return;
        await GuardAsync(row, report, "the scene", () => scene.PlayAsync(stage, row, report, cancellation), cancellation);
        if (row.Stage == SceneStage.Playing)
            row.Say(report.IsGood ? "good" : "BAD", report.IsGood ? SceneStage.Good : SceneStage.Bad);
    }

    static async Task GuardAsync(SceneRow row, SceneReport report, string what, Func<Task> work, CancellationToken cancellation, string? done = null)
    {
        try
        {
            await work();
            if (done is not null) row.Say(done, SceneStage.Waiting);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            report.Break(what, e is DrillException ? e.Message : e.ToString());
            row.Say($"BAD: {e.Message}", SceneStage.Bad);
        }
    }
}
