namespace Lifecycle.Local.FunctionsSdk.Hosting.Timers;

/// <summary>When a timer function runs.</summary>
interface ITimerSchedule
{
    /// <summary>The first run after a moment, or null when there is none.</summary>
    DateTimeOffset? Next(DateTimeOffset after);
}
