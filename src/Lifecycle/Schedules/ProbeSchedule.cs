namespace Lifecycle;

/// <summary>
/// When an app that is away is looked for: the wait is a share of the time that it has been away, so that it is found again within
/// that share, and a long outage costs a number of probes that grows with the logarithm of its length.
/// </summary>
public static class ProbeSchedule
{
    /// <summary>The wait for an outage of this age, in milliseconds: <c>max(floor, percent of the age)</c>.</summary>
    public static double SpacingMs(TimeSpan age, Policy policy) =>
        Math.Max(policy.ProbeFloorMs, age.TotalMilliseconds * policy.ProbePercent / 100);

    /// <summary>
    /// The wait after a probe, in milliseconds. Past the horizon it doubles from one probe to the next, and with the time for which
    /// nobody wanted a probe as well.
    /// </summary>
    /// <param name="previousMs">The wait before this probe.</param>
    /// <param name="age">How old the outage is.</param>
    /// <param name="policy">The app's policy.</param>
    public static double NextMs(double previousMs, TimeSpan age, Policy policy) => age.TotalMilliseconds <= policy.HorizonMs
        ? SpacingMs(age, policy)
        : Math.Min(policy.ProbeCapMs, Math.Max(Math.Max(previousMs, policy.ProbeFloorMs) * 2, age.TotalMilliseconds - policy.HorizonMs));
}
