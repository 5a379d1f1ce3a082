using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Scenes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill;

/// <summary>The order of things: two set-ups at a time, scenes that leave each other alone together, the others one by one.</summary>
sealed class Play(Stage stage, IBoard board, IReadOnlyList<Scene> scenes)
{
    const int SetUpsAtOnce = 2;

    readonly List<Act> acts = [];

    public IReadOnlyList<SceneReport> Reports => [.. acts.Select(act => act.Report)];

    /// <summary>Plays all. What goes wrong in a scene is in its report and does not stop the others.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var host = board.Add("Lifecycle host");
        foreach (var scene in scenes) acts.Add(new Act(scene, board.Add(scene.Title), new SceneReport(scene.Title)));
        await board.ShowAsync(async () =>
        {
            await StartHostAsync(host, cancellation);
            using var over = new CancellationTokenSource();
            var watching = stage.Allowance.WatchAsync(over.Token);
            var (others, disturbing) = (acts.Where(act => !act.Scene.DisturbsAll).ToList(), acts.Where(act => act.Scene.DisturbsAll).ToList());
            await SetUpAsync(others, cancellation);
            // Those that leave each other alone are played together, and mostly wait: time to set up those that disturb everybody.
            await Task.WhenAll([SetUpAsync(disturbing, cancellation), .. others.Select(act => PlayAsync(act, cancellation))]);
            foreach (var act in disturbing) await PlayAsync(act, cancellation);
            await over.CancelAsync();
            await watching;
        });
    }

    async Task StartHostAsync(SceneRow row, CancellationToken cancellation)
    {
        row.Say("starting");
        await stage.Host.StartAsync(cancellation);
        row.Say($"API {stage.Host.Api.Authority}{(stage.Host.SignalR is { } signalR ? $", SignalR {signalR.Authority}" : "")}", SceneStage.Good);
    }

    Task SetUpAsync(IEnumerable<Act> some, CancellationToken cancellation) =>
        Parallel.ForEachAsync(some, new ParallelOptions { MaxDegreeOfParallelism = SetUpsAtOnce, CancellationToken = cancellation },
            async (act, stop) => await GuardAsync(act, "the set-up", () => act.Scene.PrepareAsync(stage, act.Row, stop), stop, "set up"));

    async Task PlayAsync(Act act, CancellationToken cancellation)
    {
        var (scene, row, report) = act;
        if (report.HasFailed) return;
        await GuardAsync(act, "the scene", () => scene.PlayAsync(stage, row, report, cancellation), cancellation);
        if (row.Stage != SceneStage.Playing) return;
        if (report.IsGood) await GuardAsync(act, "leaving the stage", () => scene.LeaveAsync(cancellation), cancellation);
        row.Say(report.IsGood ? "good" : "BAD", report.IsGood ? SceneStage.Good : SceneStage.Bad);
    }

    static async Task GuardAsync(Act act, string what, Func<Task> work, CancellationToken cancellation, string? done = null)
    {
        try
        {
            await work();
            if (done is not null) act.Row.Say(done, SceneStage.Waiting);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            act.Report.Break(what, e is DrillException ? e.Message : e.ToString());
            act.Row.Say($"BAD: {e.Message}", SceneStage.Bad);
        }
    }

    sealed record Act(Scene Scene, SceneRow Row, SceneReport Report);
}
