using System.Collections.Immutable;

namespace Lifecycle.Functions;

/// <summary>An app session as the API shows it.</summary>
sealed record SessionView
{
    public required string SessionId { get; init; }

    public required string PackageName { get; init; }

    public required AppState State { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required long Epoch { get; init; }

    public string? Reason { get; init; }

    /// <summary>Whose fault that is, or who caused it.</summary>
    public required Blame Blame { get; init; }

    /// <summary>What is known of a loss that has not ended; null for nothing.</summary>
    public EvidenceView? Evidence { get; init; }

    public string? CorrelationId { get; init; }

    public string? ConnectionId { get; init; }

    public string? InstanceId { get; init; }

    public ImmutableArray<string> Subscriptions { get; init; }

    public int SubscriptionsVersion { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public bool Released { get; init; }

    public bool Away { get; init; }

    public bool Foreground { get; init; }

    public bool StartPending { get; init; }

    public RunView? Run { get; init; }

    public required SessionTally Tally { get; init; }

    public ImmutableArray<TrailStep> Trail { get; init; }

    public static SessionView Of(AppSessionId id, AppSession session) => new()
    {
        SessionId = id.SessionId,
        PackageName = id.PackageName,
        State = session.State,
        Since = session.Since,
        Epoch = session.Epoch,
        Reason = session.Reason,
        Blame = session.Trail.IsEmpty ? Blame.Unknown : session.Trail[^1].Blame,
        Evidence = EvidenceView.Of(session.Evidence),
        CorrelationId = session.CorrelationId,
        ConnectionId = session.Attachment?.ConnectionId,
        InstanceId = session.InstanceId,
        Subscriptions = session.Subscriptions.Streams,
        SubscriptionsVersion = session.Subscriptions.Version,
        Deadline = session.Deadline,
        Released = session.Released,
        Away = session.Away,
        Foreground = session.Foreground,
        StartPending = session.StartPending,
        Run = session.Run is { } run ? new RunView(run.Id, run.Reason, run.Phase, run.Attempt, run.DueAt, run.HorizonAt, run.LastAttempts) : null,
        Tally = session.Tally,
        Trail = session.Trail,
    };
}

/// <summary>The evidence of a loss as the API shows it: by it, whose fault that is so far.</summary>
sealed record EvidenceView(Blame Blame, DateTimeOffset? SignAt, DateTimeOffset? AwakeUntil, DateTimeOffset? AwayAt, DateTimeOffset? BackAt, DateTimeOffset? LateAt)
{
    public static EvidenceView? Of(Evidence evidence) => evidence == Evidence.None
        ? null
        : new(evidence.Blame, evidence.SignAt, evidence.AwakeUntil, evidence.AwayAt, evidence.BackAt, evidence.LateAt);
}

/// <summary>A run of webhooks as the API shows it.</summary>
sealed record RunView(
    string Id, RunReason Reason, RunPhase Phase, int Attempt, DateTimeOffset DueAt, DateTimeOffset GivesUpAt, ImmutableArray<AttemptNote> LastAttempts);
