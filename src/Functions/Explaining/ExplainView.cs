using System.Collections.Immutable;
using System.Diagnostics;

namespace Lifecycle.Functions.Explaining;

/// <summary>Why an app session is as it is, as the API shows it.</summary>
sealed record ExplainView
{
    public required string SessionId { get; init; }

    public required string PackageName { get; init; }

    /// <summary>The moment that is explained.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Sentence { get; init; }

    public required AppState State { get; init; }

    public required DateTimeOffset Since { get; init; }

    public string? Reason { get; init; }

    public required Blame Blame { get; init; }

    /// <summary>What it waits for; <c>nothing</c> when it waits for nothing.</summary>
    public required string WaitsFor { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>The last decisions, the oldest first.</summary>
    public required IReadOnlyList<DecisionView> Decisions { get; init; }

    /// <summary>What the app's gate means to it; null for a moment of the past, and for an app that is not registered.</summary>
    public GateSight? Gate { get; init; }

    public required ImmutableArray<string> Changes { get; init; }

    public required ExplainLinks Links { get; init; }

    public static ExplainView Of(AppSessionId id, AppSession session, Explanation explained, ImmutableArray<RememberedDecision> decisions, DateTimeOffset at) => new()
    {
        SessionId = id.SessionId,
        PackageName = id.PackageName,
        At = at,
        Sentence = explained.Sentence,
        State = session.State,
        Since = session.Since,
        Reason = session.Reason,
        Blame = decisions.LastOrDefault(decision => decision.To == session.State && decision.Outcome.Reason == session.Reason)?.Outcome.Blame
            ?? (session.Trail.IsEmpty ? session.Evidence.Blame : session.Trail[^1].Blame),
        WaitsFor = explained.WaitsFor,
        Until = explained.Until,
        Decisions = [.. decisions.Select(decision => DecisionView.Of(ExplainedDecision.Of(id, decision)))],
        Changes = explained.Changes,
        Links = new(
            $"/api/sessions/{id.SessionId}/apps/{id.PackageName}",
            $"/api/apps/{id.PackageName}/explain",
            ActivityContext.TryParse(session.Trace, null, out var trace) ? trace.TraceId.ToString() : null),
    };
}

/// <summary>Where to look further.</summary>
/// <param name="Session">The app session.</param>
/// <param name="App">The app, with its incident.</param>
/// <param name="TraceId">The trace of the loss or start that has not ended; null for none.</param>
sealed record ExplainLinks(string Session, string App, string? TraceId);

/// <summary>One decision as the API shows it.</summary>
sealed record DecisionView(
    DateTimeOffset At,
    DateTimeOffset? LastAt,
    int Times,
    string Event,
    string What,
    double? LateMs,
    AppState From,
    AppState To,
    string Kind,
    string Reason,
    Blame Blame,
    string Guard,
    ImmutableArray<string> Unmet,
    ImmutableArray<string> Effects,
    bool? Replays)
{
    public static DecisionView Of(ExplainedDecision decision) => new(
        decision.At,
        decision.Times > 1 ? decision.LastAt : null,
        decision.Times,
        decision.Event,
        decision.What,
        decision.LateMs,
        decision.From,
        decision.To,
        decision.Outcome.Kind.ToString().ToLowerInvariant(),
        decision.Outcome.Reason,
        decision.Outcome.Blame,
        decision.Guard,
        decision.Unmet,
        decision.Effects,
        decision.Replays);
}
