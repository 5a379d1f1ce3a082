namespace Lifecycle.Doctor.Running;

/// <summary>
/// How long what is waited for. Nothing here is tight: an app is judged by what it does, and not by how loaded the machine is.
/// </summary>
static class Limits
{
    /// <summary>The connect timeout of the standard policy.</summary>
    public static readonly TimeSpan Attach = TimeSpan.FromSeconds(10);

    /// <summary>What comes without a wait.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(6);

    /// <summary>Until an app is there again after a loss: the grace window, and what the machine may add.</summary>
    public static readonly TimeSpan Back = TimeSpan.FromSeconds(8);

    /// <summary>What comes at last.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    /// <summary>Who has not come back by then does not.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(7);

    /// <summary>By this, clocks and timers may be early.</summary>
    public static readonly TimeSpan Early = TimeSpan.FromMilliseconds(250);

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
