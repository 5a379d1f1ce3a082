namespace Lifecycle.Samples.Drill.Api;

/// <summary>Names one app session.</summary>
sealed record SessionRef(string SessionId, string PackageName)
{
    /// <summary>The SignalR user of this app session.</summary>
    public string UserId => $"{SessionId}:{PackageName}";
}

/// <summary>One transition that Lifecycle remembers.</summary>
sealed record Step(string State, DateTimeOffset At, string Reason);

/// <summary>What Lifecycle has counted for one app session.</summary>
sealed record Tally(int Connects, int Reconnects, int Graces, int Expired, int Webhooks, int FalseResurrections, int Stale, int TakeOvers);

/// <summary>An app session as Lifecycle's API shows it: the drill's evidence.</summary>
sealed record SessionStatus(
    string SessionId, string State, string? Reason, string? CorrelationId, string? InstanceId, IReadOnlyList<string> Subscriptions,
    int SubscriptionsVersion, DateTimeOffset? Deadline, Tally Tally, IReadOnlyList<Step> Trail)
{
    public bool IsRunning => State == States.Running;
}

/// <summary>State names on the wire.</summary>
static class States
{
    public const string Running = "RUNNING";
    public const string GracePeriod = "GRACE_PERIOD";
    public const string Disconnected = "DISCONNECTED";
    public const string Resurrecting = "RESURRECTING";
    public const string Backoff = "BACKOFF";
    public const string Evicted = "EVICTED";
}
