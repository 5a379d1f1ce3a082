using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>One remembered decision as it is shown.</summary>
/// <param name="At">When it was made, UTC.</param>
/// <param name="LastAt">When it was made last, when it was made several times in a row, UTC.</param>
/// <param name="Times">How often.</param>
/// <param name="Event">The event's type name.</param>
/// <param name="What">What happened, in words.</param>
/// <param name="LateMs">How long after it was due, or was said, it was decided upon, in milliseconds; null where there is no such time.</param>
/// <param name="From">The state before it.</param>
/// <param name="To">The state after it.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="Guard">What had to hold for it, by the transition table; empty for nothing.</param>
/// <param name="Unmet">What would have had to hold for the table's other answers to that event in that state.</param>
/// <param name="Effects">What was done, in order.</param>
/// <param name="Replays">Whether the rules as they are now decide exactly the same; null when the session was too large to be kept.</param>
public sealed record ExplainedDecision(
    DateTimeOffset At,
    DateTimeOffset LastAt,
    int Times,
    string Event,
    string What,
    double? LateMs,
    AppState From,
    AppState To,
    Outcome Outcome,
    string Guard,
    ImmutableArray<string> Unmet,
    ImmutableArray<string> Effects,
    bool? Replays)
{
    /// <summary>Explains a remembered decision.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="decision">The decision.</param>
    public static ExplainedDecision Of(AppSessionId id, RememberedDecision decision)
    {
        var rows = TransitionTable.Rows.Where(row => row.Event == decision.EventName && row.From.Contains(decision.From)).ToList();
        var chosen = rows.FirstOrDefault(row => IsOf(row, decision));
        return new(
            decision.At,
            decision.LastAt,
            decision.Times,
            decision.EventName,
            decision.Event is { } @event ? EventText.Of(@event) : "",
            decision.Event is { } told && EventText.DueOf(told) is { } due ? (decision.At - due).TotalMilliseconds : null,
            decision.From,
            decision.To,
            decision.Outcome,
            chosen?.Guard ?? "",
            [.. rows.Where(row => !IsOf(row, decision)).Select(row => row.Guard).Where(guard => guard is not ("" or "otherwise" or "the same")).Distinct(StringComparer.Ordinal)],
            decision.Replay(id) is { } again ? [.. again.Effects.Select(EffectText.Of).OfType<string>()] : [],
            decision.Replays(id));
    }

    static bool IsOf(TransitionRow row, RememberedDecision decision) =>
        row.Reason == decision.Outcome.Reason && row.Kind == decision.Outcome.Kind && (row.To ?? decision.From) == decision.To;
}
