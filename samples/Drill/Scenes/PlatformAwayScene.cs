using Lifecycle.Samples.Drill.Display;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>
/// DESIGN section 6, platform-away: every socket is cut, Lifecycle itself is killed within the grace windows, and comes back when they are long
/// over. Every app lives.
/// </summary>
sealed class PlatformAwayScene() : FleetScene("platform-away", "Platform away", "away", "host up")
{
    public override SceneNeeds Needs => SceneNeeds.Faults | SceneNeeds.HostKill;

    protected override async Task BreakAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        row.Say("every socket cut");
        await CutAsync(stage, cancellation);
        await AwaitGraceAsync(row, cancellation);
        row.Say($"kill -9 of the host in the middle of the grace windows, for {Away.TotalSeconds:0} s");
        await stage.Host.KillAsync();
        await Task.Delay(Away, stage.Time, cancellation);
        await stage.Host.StartAsync(cancellation);
    }
}
