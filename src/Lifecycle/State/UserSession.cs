using System.Text.Json.Serialization;

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

    /// <summary>When the user went away; null for not lately.</summary>
    public DateTimeOffset? AwayAt { get; init; }

    /// <summary>When the user came back; null for not lately.</summary>
    public DateTimeOffset? BackAt { get; init; }

    /// <summary>When that can be forgotten; null when there is nothing.</summary>
    [JsonIgnore]
    public DateTimeOffset? ForgetAt => Rules.Later(Rules.Later(StoppedAt, AwayAt), BackAt) + Kept;

    /// <summary>The same when all its apps are stopped. As with all of it, what comes twice or late changes nothing that was said after it.</summary>
    public UserSession Stopped(DateTimeOffset at) => this with { StoppedAt = Rules.Later(at, StoppedAt) };

    /// <summary>The same when the user goes away.</summary>
    public UserSession Left(DateTimeOffset at) => this with { AwayAt = Rules.Later(at, AwayAt) };

    /// <summary>The same when the user is back.</summary>
    public UserSession Returned(DateTimeOffset at) => this with { BackAt = Rules.Later(at, BackAt) };

    /// <summary>What an app was not told that was asked to start at that time; null for nothing.</summary>
    /// <param name="startedAt">When the start was accepted; null when that is not known.</param>
    /// <param name="now">The time, UTC: what lies behind it was said by a clock that was set back since, and nobody knows when.</param>
    public SessionEvent? UntoldSince(DateTimeOffset? startedAt, DateTimeOffset now)
    {
        if (StoppedAt >= startedAt && StoppedAt <= now)
        {
            return new StopRequested(Reasons.SessionDeleted);
        }

        var isAway = AwayAt > BackAt || BackAt is null;
        return isAway && AwayAt >= startedAt && AwayAt <= now ? new UserWentAway() : null;
    }
}
