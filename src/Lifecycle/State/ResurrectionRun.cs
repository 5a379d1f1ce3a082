using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>Why a run of webhooks exists.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunReason>))]
public enum RunReason
{
    /// <summary>Malformed: no run has this reason.</summary>
    None = 0,

    /// <summary>The platform asked for the first start, or for a revival.</summary>
    Start = 1,

    /// <summary>The grace window expired.</summary>
    Resurrection = 2,
}

/// <summary>Where a run stands between two steps of its orchestration.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunPhase>))]
public enum RunPhase
{
    /// <summary>Malformed: no run is in this phase.</summary>
    None = 0,

    /// <summary>Waiting until <see cref="ResurrectionRun.DueAt"/> for the next attempt.</summary>
    Waiting = 1,

    /// <summary>Asking the SignalR service whether a connection of this user exists.</summary>
    Looking = 2,

    /// <summary>The webhook is in flight.</summary>
    Sending = 3,

    /// <summary>The webhook was accepted; the app has until <see cref="ResurrectionRun.DueAt"/> to attach.</summary>
    Confirming = 4,

    /// <summary>Asking the app's gate whether the next webhook may go out.</summary>
    Asking = 5,

    /// <summary>Admitted; the slot is at <see cref="ResurrectionRun.DueAt"/>.</summary>
    Admitted = 6,
}

/// <summary>
/// The one run of webhooks that an app session may have. It lives in the entity, which is the one truth; the orchestration
/// only asks what to do next, so a lost or repeated step can delay it and never strand it.
/// </summary>
public sealed record ResurrectionRun
{
    /// <summary>Fences the orchestration: steps of any other run are stale.</summary>
    public required string Id { get; init; }

    /// <summary>Why it runs.</summary>
    public required RunReason Reason { get; init; }

    /// <summary>Where it stands.</summary>
    public RunPhase Phase { get; init; } = RunPhase.Waiting;

    /// <summary>Webhooks sent so far; the one in flight included.</summary>
    public int Attempt { get; init; }

    /// <summary>When the wait of the current phase is over.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset BeganAt { get; init; }

    /// <summary>When it gives up.</summary>
    public DateTimeOffset HorizonAt { get; init; }

    /// <summary>The last wait between attempts, in milliseconds: the decorrelated backoff grows from it.</summary>
    public double LastDelayMs { get; init; }

    /// <summary>How many answers in a row said that the app is gone, without being final by themselves.</summary>
    public int GoneInARow { get; init; }

    /// <summary>The place in the app's waiting line, while it waits for its verdict.</summary>
    public Ticket? Ticket { get; init; }

    /// <summary>The last webhook, when it was accepted and the app did not attach in time; the gate is told at the next ask.</summary>
    public string? InVain { get; init; }

    /// <summary>The gate wants to be told when the app attaches.</summary>
    public bool Confirm { get; init; }

    /// <summary>What came of the last attempts, the newest last, for operators.</summary>
    public ImmutableArray<AttemptNote> LastAttempts { get; init; } = [];

    /// <summary>How many of them are remembered.</summary>
    public const int RememberedAttempts = 5;

    /// <summary>The same run with one more outcome.</summary>
    public ResurrectionRun Noting(DateTimeOffset at, string outcome) => this with
    {
        LastAttempts = [.. LastAttempts.Skip(Math.Max(0, LastAttempts.Length + 1 - RememberedAttempts)), new AttemptNote(at, outcome)],
    };

    /// <summary>Equal when every field and every attempt is.</summary>
    public bool Equals(ResurrectionRun? other) =>
        other is not null
        && (Id, Reason, Phase, Attempt, DueAt, BeganAt, HorizonAt) ==
           (other.Id, other.Reason, other.Phase, other.Attempt, other.DueAt, other.BeganAt, other.HorizonAt)
        && (LastDelayMs, GoneInARow, Ticket, InVain, Confirm) == (other.LastDelayMs, other.GoneInARow, other.Ticket, other.InVain, other.Confirm)
        && LastAttempts.AsSpan().SequenceEqual(other.LastAttempts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Phase, Attempt, DueAt, Ticket);
}
