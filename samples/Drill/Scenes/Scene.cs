using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>One scenario of the drill.</summary>
abstract class Scene(string name, string title)
{
    /// <summary>Longest wait for sessions to recover; far more than it takes, so that only a real loss reaches it.</summary>
    protected static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(30);

    public string Name => name;

    public string Title => title;

    /// <summary>Whether it breaks what everybody needs, such as the host; otherwise only its own apps notice it.</summary>
    public virtual bool DisturbsAll => false;

    /// <summary>Processes that this scene needs are started, its sessions RUNNING.</summary>
    public abstract Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation);

    /// <summary>Breaks something, waits for the recovery, and looks at what is there then.</summary>
    public abstract Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation);

    protected static async Task StartAsync(AppSessions app, AppPolicy policy, SceneRow row, CancellationToken cancellation)
    {
        row.Say($"starting {app.App.Package}, {app.Sessions.Count} sessions");
        await app.App.StartAsync(cancellation: cancellation);
        await app.StartAsync(policy, row, cancellation);
    }
}
