namespace Lifecycle.Cli.Api;

/// <summary>Why an app session is as it is.</summary>
sealed record Explained(
    string Sentence,
    string State,
    DateTimeOffset Since,
    string WaitsFor,
    DateTimeOffset? Until,
    IReadOnlyList<DecisionShape> Decisions,
    GateShape? Gate,
    IReadOnlyList<string> Changes,
    LinkShape? Links);

/// <summary>One decision.</summary>
sealed record DecisionShape(
    DateTimeOffset At,
    DateTimeOffset? LastAt,
    int Times,
    string Event,
    string? What,
    double? LateMs,
    string From,
    string To,
    string Kind,
    string Reason,
    string? Blame,
    string? Guard,
    IReadOnlyList<string>? Unmet,
    IReadOnlyList<string>? Effects,
    bool? Replays);

/// <summary>What the app's gate means to it.</summary>
sealed record GateShape(string Breaker, DateTimeOffset? NextProbeAt, int? Place, int? Waiting, DateTimeOffset? EarliestAt, string? IncidentId);

/// <summary>Where to look further.</summary>
sealed record LinkShape(string? TraceId);

/// <summary>How an app fares, and why.</summary>
sealed record AppExplained(
    string Sentence, string WaitsFor, DateTimeOffset? Until, BreakerShape Breaker, IncidentShape? Incident, int Waiting, IReadOnlyList<string> Changes);

/// <summary>Both courses of a what-if.</summary>
sealed record WhatIfAnswer(
    string Sentence, DateTimeOffset? PartsAt, IReadOnlyList<CourseShape> Actual, IReadOnlyList<CourseShape> Instead, WebhookCounts Webhooks, IReadOnlyList<string> Assumptions);

/// <summary>One transition of a course.</summary>
sealed record CourseShape(DateTimeOffset At, string State, string? Reason, string? Event);

/// <summary>How many webhooks went out, and would have.</summary>
sealed record WebhookCounts(int Actual, int Instead);
