namespace Lifecycle.Scenarios;

/// <summary>When timers of the durable backend really run, for the world that has no backend.</summary>
sealed class BackendTiming(EngineTiming timing, int seed)
{
    readonly Random random = new(seed);

    /// <summary>An aligned signal runs a little early or up to a polling interval late.</summary>
    public DateTimeOffset SignalRunsAt(DateTimeOffset deadline, DateTimeOffset now) =>
        Around(TimerAlignment.SignalAt(deadline, now, timing.Backend));

    /// <summary>When a session is told that the gate has admitted it; null for at once.</summary>
    public DateTimeOffset? TellsAt(Admission admission, DateTimeOffset now) =>
        TimerAlignment.SignalFor(admission, now, timing.Backend) is { } at ? Around(at) : null;

    DateTimeOffset Around(DateTimeOffset at) => timing.IsAzureStorage ? at.AddMilliseconds(-75 + (random.NextDouble() * 975)) : at;

    /// <summary>A padded orchestration timer comes up to a second early.</summary>
    public DateTimeOffset WakesAt(DateTimeOffset until, DateTimeOffset now) => FiresAt(TimerAlignment.WakeAt(until, timing.Backend), now);

    /// <summary>When the timer fires with which an orchestration waits for its slot; null when it goes at once.</summary>
    public DateTimeOffset? WakesAt(Admission admission, DateTimeOffset now) =>
        TimerAlignment.WakeFor(admission, now, timing.Backend) is { } at ? FiresAt(at, now) : null;

    /// <summary>When a timer fires that was set for a time: the backend truncates the wait to whole seconds.</summary>
    public DateTimeOffset FiresAt(DateTimeOffset at, DateTimeOffset now) =>
        timing.IsAzureStorage ? now.AddSeconds(Math.Floor(Math.Max(0, (at - now).TotalSeconds))) : at;
}
