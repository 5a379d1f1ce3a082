namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>
/// How long a message that was taken is hidden from other hosts, unless it is renewed, which happens at half of it. So a message
/// whose host was killed comes again after this time at the latest.
/// </summary>
sealed record QueueLease(TimeSpan Length)
{
    /// <summary>The one of the Azure Functions host, which has no setting for it either.</summary>
    public static QueueLease Official { get; } = new(TimeSpan.FromMinutes(10));
}
