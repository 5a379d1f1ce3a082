using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Scenes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill;

/// <summary>The order of things: everything is set up, then the scenes are played; those that leave each other alone, together.</summary>
sealed class Play(Stage stage, IBoard board, IReadOnlyList<Scene> scenes)
{
    readonly List<(Scene Scene, SceneRow Row, SceneReport Report)> acts = [];

    public IReadOnlyList<SceneReport> Reports => [.. acts.Select(act => act.Report)];

    /// <summary>Plays all. What goes wrong in a scene is in its report and does not stop the others.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var host = board.Add("Lifecycle host");
        foreach (var scene in scenes) acts.Add((scene, board.Add(scene.Title), new SceneReport(scene.Title)));
        await board.ShowAsync(async () =>
        {
            await StartHostAsync(host, cancellation);
            await Parallel.ForEachAsync(acts, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation },
                async (act, stop) => await GuardAsync(act.Row, act.Report, "the set-up", () => act.Scene.PrepareAsync(stage, act.Row, stop), stop, "set up"));
            foreach (var together in Together())
                await Task.WhenAll(together.Select(act => PlayAsync(act.Scene, act.Row, act.Report, cancellation)));
        });
    }

    async Task StartHostAsync(SceneRow row, CancellationToken cancellation)
    {
        row.Say("starting");
        await stage.Host.StartAsync(cancellation);
        row.Say($"API {stage.Host.Api.Authority}, SignalR {stage.Host.SignalR.Authority}", SceneStage.Good);
    }

    // What happens to one app disturbs no other; what happens to all sockets or to the host disturbs everybody.
    IEnumerable<IReadOnlyList<(Scene Scene, SceneRow Row, SceneReport Report)>> Together() =>
        acts.GroupBy(act => act.Scene is AppComesBackScene or AppAwaitsWebhookScene ? "apps" : act.Scene.Name).Select(group => group.ToList());

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
