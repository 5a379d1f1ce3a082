using Microsoft.DurableTask;

namespace Lifecycle.Entities;

/// <content>The health URL of an app that is away: an orchestration asks it, and asks this entity after each round how to go on.</content>
public sealed partial class AppEntity
{
    /// <summary>Handles <see cref="HealthLooked"/>. The app may have been forgotten meanwhile: then it is over.</summary>
    public HealthOrder Looked(HealthLooked input)
    {
        var before = State?.Gate.Health?.Prompts ?? 0;
        if (Carry(input) is not { Decision: { } decision })
        {
            return HealthOrder.Over;
        }

        if (decision.IsStale)
        {
            LogStaleLook(Context.Id.Key, input.Watch);
        }

        if (decision.Gate.Health?.Prompts > before)
        {
            LogUp(Context.Id.Key, input.Result?.Detail, decision.Gate.ProbeFrom);
        }

        return decision.Health ?? HealthOrder.Over;
    }

    // Its instance id is the watch's: should this operation run twice, the second start finds the first.
    void StartWatch(WatchHealth watch)
    {
        var input = HealthWatchInput.Of(Context.Id.Key, watch);
        Context.ScheduleNewOrchestration(HealthWatchInput.OrchestratorName, input, new StartOrchestrationOptions(input.InstanceId));
        LogWatched(Context.Id.Key, watch.Watch);
    }
}
