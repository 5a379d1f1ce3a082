using System.Text.Json;

namespace Lifecycle;

/// <summary>One decision as it is remembered.</summary>
/// <param name="At">When it was made, UTC; of several in a row that say the same, the first one.</param>
/// <param name="EventName">The event's type name.</param>
/// <param name="From">The state before it.</param>
/// <param name="To">The state after it.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="Fingerprint">Names all of it: state, effects, order and verdict.</param>
public sealed record RememberedDecision(DateTimeOffset At, string EventName, AppState From, AppState To, Outcome Outcome, string Fingerprint)
{
    /// <summary>When it was made last, UTC.</summary>
    public DateTimeOffset LastAt { get; init; } = At;

    /// <summary>How often in a row, from 1.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The event; null when it was too large to be kept, or another version wrote it.</summary>
    public SessionEvent? Event { get; init; }

    /// <summary>What it was made upon; null when the session was too large to be kept.</summary>
    internal HistoryState? Upon { get; init; }

    /// <summary>The session before it, without trail and the texts of messages; null when that was too large to be kept.</summary>
    public AppSession? Before => Upon?.Session;

    /// <summary>The app's policy; null as <see cref="Before"/>.</summary>
    public Policy? Policy => Upon?.Policy;

    /// <summary>What had happened before it; null as <see cref="Before"/>.</summary>
    public HistoryMarks? Marks => Upon?.Marks;

    /// <summary>The decision made again, by the rules as they are now; null when what it was made upon was too large to be kept.</summary>
    /// <param name="id">The app session.</param>
    public Decision? Replay(AppSessionId id) =>
        Upon is { } upon && Event is { } @event ? Rules.Decide(id, upon.Session, @event, At, upon.Policy) : null;

    /// <summary>Whether the rules as they are now make exactly the same decision again; null when that cannot be tried.</summary>
    /// <param name="id">The app session.</param>
    public bool? Replays(AppSessionId id) => Replay(id) is { } again ? FingerprintOf(again) == Fingerprint : null;

    /// <summary>Whether it would be exactly the same under another policy, by the rules as they are now; null when that cannot be tried.</summary>
    internal bool? IsSameUnder(AppSessionId id, Policy policy) =>
        Upon is { } upon && Event is { } @event && Replay(id) is { } made ? FingerprintOf(Rules.Decide(id, upon.Session, @event, At, policy)) == FingerprintOf(made) : null;

    internal static RememberedDecision Of(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy, HistoryMarks marks) =>
        new(now, @event.GetType().Name, before.State, decision.Session.State, decision.Outcome, FingerprintOf(decision))
        {
            Event = @event,
            Upon = new HistoryState { Session = HistoryJson.Bare(before), Policy = policy, Marks = marks },
        };

    static string FingerprintOf(Decision decision) =>
        StableHash.Name("", JsonSerializer.SerializeToUtf8Bytes(decision with { Session = HistoryJson.Bare(decision.Session) }, HistoryJson.Options))[..8];
}
