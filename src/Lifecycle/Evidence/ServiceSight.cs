namespace Lifecycle;

/// <summary>What this process has seen of the SignalR service: whether a client can open a socket there.</summary>
/// <param name="Open">Whether the last look opened one; null when nobody has looked, or looking is turned off.</param>
/// <param name="AwayAt">When a look failed last; null when none has.</param>
public sealed record ServiceSight(bool? Open = null, DateTimeOffset? AwayAt = null)
{
    /// <summary>Nothing is known.</summary>
    public static ServiceSight Unknown { get; } = new();
}
