using Lifecycle.Samples.Drill.Display;

namespace Lifecycle.Samples.Drill.Scenes;

/// <summary>DESIGN section 6, cloud-outage: the SignalR endpoint refuses every client for longer than any grace window. Every app lives.</summary>
sealed class CloudOutageScene() : FleetScene("cloud-outage", "Cloud outage", "outage", "endpoints up")
{
    public override SceneNeeds Needs => SceneNeeds.Faults;

    protected override async Task BreakAsync(Stage stage, SceneRow row, CancellationToken cancellation)
    {
        row.Say($"every socket cut, endpoints away for {Away.TotalSeconds:0} s");
        await CutAsync(stage, cancellation);
        await WatchAsync(row, cancellation);
        await stage.Faults.RefuseAsync(false, cancellation);
    }
}
