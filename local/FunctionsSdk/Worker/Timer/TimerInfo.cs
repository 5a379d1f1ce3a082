namespace Microsoft.Azure.Functions.Worker;

/// <summary>One run of a timer function.</summary>
public class TimerInfo
{
    /// <summary>When the schedule ran last and runs next; UTC.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether the run comes more than a second late.</summary>
    public bool IsPastDue { get; set; }
}
