using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What this process has seen of the SignalR service: whether a client can open a socket there.</summary>
/// <param name="Open">Whether the last look opened one; null when nobody has looked, or looking is turned off.</param>
/// <param name="AwayAt">Until when it was away, as far as is known: when a look failed last, and once one opens a socket again, when that did; null when none has failed.</param>
public sealed record ServiceSight(bool? Open = null, DateTimeOffset? AwayAt = null)
{
    /// <summary>Nothing is known.</summary>
    public static ServiceSight Unknown { get; } = new();

    /// <summary>While looks fail: when the first one did.</summary>
    public DateTimeOffset? AwaySince { get; init; }

    /// <summary>
    /// While looks fail: when an app first opened a socket all the same, to which it was sent after they began to fail. Then it is this process that
    /// cannot reach the service. Null when none has.
    /// </summary>
    public DateTimeOffset? ProvenFrom { get; init; }

    /// <summary>And when one did last.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>Whether no client can open a socket, as far as is known.</summary>
    [JsonIgnore]
    public bool IsAway => Open == false;

    /// <summary>Whether no client can open a socket, and no app has proven otherwise since that was seen.</summary>
    [JsonIgnore]
    public bool IsOutOfReach => IsAway && ProvenFrom is null;

    /// <summary>The same for a session that lost its socket at a time: what an app has proven since counts more than what a look finds.</summary>
    /// <param name="lostAt">When it was lost; null when that is not known.</param>
    public ServiceSight For(DateTimeOffset? lostAt) => IsAway && ProvenAt > lostAt
        ? new ServiceSight(true, ProvenFrom > lostAt ? ProvenFrom : lostAt)
        : this;
}
