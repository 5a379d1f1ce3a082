namespace Lifecycle;

/// <summary>What a list of the fleet shows of an app session, and what bulk actions decide by.</summary>
public sealed record SessionBrief
{
    /// <summary>The app session.</summary>
    public required AppSessionId Id { get; init; }

    /// <summary>The state it is in.</summary>
    public required AppState State { get; init; }

    /// <summary>When it came into that state, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Whose fault its last transition is, or who caused it.</summary>
    public Blame Blame { get; init; }

    /// <summary>Its epoch.</summary>
    public long Epoch { get; init; }

    /// <summary>The app process that was attached last; null for none.</summary>
    public string? InstanceId { get; init; }

    /// <summary>When the timer of its state is due; null for none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How many webhooks its run has sent; null while it has none.</summary>
    public int? Attempt { get; init; }

    /// <summary>When its last start was accepted; null when that is not known.</summary>
    public DateTimeOffset? StartAskedAt { get; init; }
}
