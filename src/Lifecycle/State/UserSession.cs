namespace Lifecycle;

/// <summary>
/// What was said lately to a whole user session. Its apps are told at once, as far as a read finds them; a start that was accepted before and is still on
/// its way is in no read. It looks here right before its webhook goes out.
/// </summary>
public sealed record UserSession
{
    /// <summary>For how long it is remembered: far longer than an engine is behind that still takes connections.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>A user session to which nothing was said lately.</summary>
    public static UserSession Empty { get; } = new();

    /// <summary>When all its apps were stopped; null for not lately.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>When the user went away; null for not lately, or since then back.</summary>
    public DateTimeOffset? AwayAt { get; init; }

    /// <summary>When that can be forgotten; null when there is nothing.</summary>
    public DateTimeOffset? ForgetAt => (StoppedAt > AwayAt ? StoppedAt : AwayAt ?? StoppedAt) + Kept;

    /// <summary>The same when all its apps are stopped.</summary>
    public UserSession Stopped(DateTimeOffset at) => new() { StoppedAt = at };

    /// <summary>The same when the user goes away.</summary>
    public UserSession Left(DateTimeOffset at) => this with { AwayAt = at };

    /// <summary>The same when the user is back.</summary>
    public UserSession Returned() => this with { AwayAt = null };

    /// <summary>What an app was not told that was asked to start at that time; null for nothing.</summary>
    /// <param name="startedAt">When the start was accepted; null when that is not known.</param>
    public SessionEvent? UntoldSince(DateTimeOffset? startedAt)
    {
        if (StoppedAt >= startedAt)
        {
            return new StopRequested(Reasons.SessionDeleted);
        }

        return AwayAt >= startedAt ? new UserWentAway() : null;
    }
}
