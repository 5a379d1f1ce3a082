using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The function runs on a schedule, one run at a time.</summary>
public sealed class TimerTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>With a schedule.</summary>
    /// <param name="schedule">A cron expression of six fields (second minute hour day month weekday, UTC) or five, a time span, or <c>%Setting%</c>.</param>
    public TimerTriggerAttribute(string schedule)
    {
        Schedule = schedule;
    }

    /// <summary>The schedule as written.</summary>
    public string Schedule { get; }

    /// <summary>Whether the function also runs when the host starts.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>Whether Azure keeps the schedule's status across restarts; the embedded host does not.</summary>
    public bool UseMonitor { get; set; } = true;
}
