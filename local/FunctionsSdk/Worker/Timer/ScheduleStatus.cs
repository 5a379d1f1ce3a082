namespace Microsoft.Azure.Functions.Worker;

/// <summary>Where a schedule stands; UTC.</summary>
public class ScheduleStatus
{
    /// <summary>The last run, or the default value before the first.</summary>
    public DateTime Last { get; set; }

    /// <summary>The next run.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this status was made.</summary>
    public DateTime LastUpdated { get; set; }
}
