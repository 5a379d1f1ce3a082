namespace Lifecycle.Local.FunctionsSdk.Hosting.Timers;

/// <summary>Runs a fixed time after the last run.</summary>
sealed record IntervalSchedule(TimeSpan Interval) : ITimerSchedule
{
    public DateTimeOffset? Next(DateTimeOffset after) => after + Interval;
}
