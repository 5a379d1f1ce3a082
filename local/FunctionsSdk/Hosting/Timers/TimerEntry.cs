using System.Globalization;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Timers;

/// <summary>A timer function with its schedule.</summary>
sealed record TimerEntry(FunctionEntry Function, ITimerSchedule Schedule, bool RunOnStartup)
{
    /// <summary>Adds a function. Returns null, or in words that follow the function's name what is wrong with its schedule.</summary>
    public static string? Add(List<TimerEntry> timers, FunctionEntry function, IConfiguration configuration)
    {
        var trigger = (TimerTriggerAttribute)function.Trigger;
        if (SettingText.Resolve(trigger.Schedule, configuration, out var setting) is not { } text)
            return $"has the schedule '{trigger.Schedule}', but there is no setting '{setting}'.";
        if (Parse(text) is not { } schedule)
            return $"has the schedule '{text}'. It should be six cron fields such as '*/15 * * * * *', or a time span such as '00:00:15'.";
        timers.Add(new(function, schedule, trigger.RunOnStartup));
        return null;
    }

    static ITimerSchedule? Parse(string text)
    {
        if (CronSchedule.TryParse(text, out var cron))
            return cron;
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero
            ? new IntervalSchedule(interval)
            : null;
    }
}
