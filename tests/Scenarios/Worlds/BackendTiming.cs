namespace Lifecycle.Scenarios;

/// <summary>When timers of the durable backend really run, for the world that has no backend.</summary>
sealed class BackendTiming(bool azureStorage, int seed)
{
    readonly Random random = new(seed);

    DurableBackend Backend => azureStorage ? DurableBackend.AzureStorage : DurableBackend.Exact;

    /// <summary>An aligned signal runs a little early or up to a polling interval late.</summary>
    public DateTimeOffset SignalRunsAt(DateTimeOffset deadline, DateTimeOffset now)
    {
        var at = TimerAlignment.SignalAt(deadline, now, Backend);
        return azureStorage ? at.AddMilliseconds(-75 + (random.NextDouble() * 975)) : at;
    }

    /// <summary>A padded orchestration timer comes up to a second early.</summary>
    public DateTimeOffset OrchestrationWakesAt(RunOrder order, DateTimeOffset now)
    {
        var at = TimerAlignment.WakeFor(order, Backend)!.Value;
        return azureStorage ? now.AddSeconds(Math.Floor(Math.Max(0, (at - now).TotalSeconds))) : at;
    }
}
