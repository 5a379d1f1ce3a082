using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Processes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>One scenario of the drill.</summary>
abstract class Scene(string name, string title)
{
    /// <summary>Longest wait for sessions to recover; far more than it takes, so that only a real loss reaches it.</summary>
    protected static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(30);

    readonly List<AppSessions> hired = [];

    public string Name => name;

    public string Title => title;

    /// <summary>Whether it breaks what everybody needs, such as the host; otherwise only its own apps notice it.</summary>
    public virtual bool DisturbsAll => false;

    /// <summary>What it needs of the host.</summary>
    public virtual SceneNeeds Needs => SceneNeeds.Nothing;

    /// <summary>Why it cannot be played on a host, in one line; null when it can.</summary>
    public virtual string? WhyNot(ILifecycleHost host) => (Needs & ~host.Offers) switch
    {
        SceneNeeds.Nothing => null,
        SceneNeeds.Faults => "it needs faults of the SignalR emulator: name it by --signalr-faults",
        _ => "it kills the host, and only a host of the drill's own is killed",
    };

    /// <summary>
    /// Its sessions are stopped and its processes ended: what has been judged must not disturb the scenes that follow. A host that comes back
    /// has to take in the sessions of the scene that is played, not of all.
    /// </summary>
    public virtual Task LeaveAsync(CancellationToken cancellation) => Task.WhenAll(hired.Select(app => app.RetireAsync(cancellation)));

    /// <summary>Processes that this scene needs are started, its sessions RUNNING.</summary>
    public abstract Task PrepareAsync(Stage stage, SceneRow row, CancellationToken cancellation);

    /// <summary>Breaks something, waits for the recovery, and looks at what is there then.</summary>
    public abstract Task PlayAsync(Stage stage, SceneRow row, SceneReport report, CancellationToken cancellation);

    /// <summary>A package of this scene's own, with an app server that is not started yet.</summary>
    protected AppSessions Hire(Stage stage, string package, string sessionPrefix, int sessions, AppKind kind = AppKind.Dotnet)
    {
        var app = stage.Cast(package, sessionPrefix, sessions, kind);
        lock (hired) hired.Add(app); // some scenes start theirs side by side
        return app;
    }

    protected static async Task StartAsync(AppSessions app, AppPolicy policy, SceneRow row, CancellationToken cancellation)
    {
        row.Say($"starting {app.App.Package}, {app.Sessions.Count} sessions");
        await app.App.StartAsync(cancellation: cancellation);
        await app.StartAsync(policy, row, cancellation);
    }
}
