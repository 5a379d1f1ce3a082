namespace Lifecycle.Cli.Api;

/// <summary>An app session in a list.</summary>
sealed record SessionItem(
    string SessionId, string PackageName, string State, DateTimeOffset Since, string? Reason, string? Blame, long Epoch, string? InstanceId, DateTimeOffset? Deadline, int? Attempt);

/// <summary>An app session in full, as far as it is shown.</summary>
sealed record SessionStatus(
    string SessionId,
    string PackageName,
    string State,
    DateTimeOffset Since,
    string? Reason,
    string? Blame,
    long Epoch,
    string? InstanceId,
    DateTimeOffset? Deadline,
    bool Away,
    bool Released,
    IReadOnlyList<string>? Subscriptions,
    SessionRun? Run,
    IReadOnlyList<SessionStep>? Trail);

/// <summary>The webhooks by which it is started or restarted.</summary>
sealed record SessionRun(string Reason, string Phase, int Attempt, DateTimeOffset DueAt, DateTimeOffset GivesUpAt);

/// <summary>One transition of the past.</summary>
sealed record SessionStep(DateTimeOffset At, string State, string? Reason, string? Blame);

/// <summary>The apps of one user session.</summary>
sealed record SessionApps(string SessionId, IReadOnlyList<SessionStatus> Apps);

/// <summary>What was accepted for an app session, or for all apps of a user session.</summary>
sealed record Accepted(IReadOnlyList<string>? Apps);
