using System.Globalization;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
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
        var text = trigger.Schedule;
        if (text is ['%', .., '%'] && text.Length > 2)
        {
            var setting = text[1..^1];
            if (configuration[setting] is not { Length: > 0 } value)
                return $"has the schedule '{text}', but there is no setting '{setting}'.";
            text = value;
        }
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
