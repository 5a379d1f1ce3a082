using System.Text.Json.Nodes;
using Lifecycle.Conformance.Recording;
using Lifecycle.Functions.Maintenance;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Conformance;

/// <summary>Timer functions.</summary>
[Collection(nameof(BothHosts))]
public sealed class TimerTests
{
    [SkippableFact]
    public Task Reconciliation_finds_a_loss_that_nobody_told() => BothHosts.AgreeAsync(async play =>
    {
        var client = await SignalRTests.RunningAsync(play);
        // As if it had been attached for a while: a young attachment is left alone.
        var entity = $"@appsession@s1:{Play.Package}";
        var state = JsonNode.Parse(play.App.Engine.Store.ReadEntity(entity)!.State)!;
        state["Session"]!["Attachment"]!["AttachedAt"] = play.App.Time.GetUtcNow().AddMinutes(-1);
        await play.StoreAsync(entity, state.ToJsonString());
        play.App.SignalR.Faults.Add(new UpstreamFault { Kind = UpstreamFaultKind.Lose, Event = "disconnected" });
        client.Drop();
        await play.UntilHeardAsync("s1", "closed");
        await play.RunAsync(nameof(Reconcile), () => play.App.RunTimerAsync(nameof(Reconcile)));
        await play.UntilStateAsync("s1", "GRACE_PERIOD");
    });

    [SkippableFact]
    public Task Maintenance_runs_over_what_is_stored() => BothHosts.AgreeAsync(async play =>
    {
        await SignalRTests.RunningAsync(play);
        foreach (var function in (string[])[nameof(Reconcile), nameof(CountBreakers), nameof(PurgeFinishedRuns), nameof(CleanEntities)])
        {
            await play.RunAsync(function, () => play.App.RunTimerAsync(function));
        }
    });
}
