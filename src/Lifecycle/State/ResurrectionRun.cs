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

    /// <summary>The process that is attached leaves, and another one is asked to take over. It stays attached meanwhile.</summary>
    HandOver = 3,
}

/// <summary>Where a run stands between two of its steps.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunPhase>))]
public enum RunPhase
{
    /// <summary>Malformed: no run is in this phase.</summary>
    None = 0,

    /// <summary>Waiting until <see cref="ResurrectionRun.DueAt"/> for the next attempt.</summary>
    Waiting = 1,

    /// <summary>Of an earlier version: asked the SignalR service for a connection of this user. As <see cref="Waiting"/>.</summary>
    Looking = 2,

    /// <summary>Admitted: the last look and then the webhook are on their way, or the webhook was answered and that is not told yet.</summary>
    Sending = 3,

    /// <summary>The webhook was accepted; the app has until <see cref="ResurrectionRun.DueAt"/> to attach.</summary>
    Confirming = 4,

    /// <summary>Asking the app's gate whether the next webhook may go out, from <see cref="ResurrectionRun.DueAt"/> on.</summary>
    Asking = 5,

    /// <summary>Of an earlier version: waited for its slot. As <see cref="Waiting"/>.</summary>
    Admitted = 6,
}

/// <summary>
/// The one run of webhooks that an app session may have. It lives in the entity, which is the one truth: it asks the app's gate by signals, and starts
/// an orchestration to send. That only asks what to do next, so a lost or repeated step can delay a run and never strand it.
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

    /// <summary>What its own webhooks were told of it that the app is gone; null for nothing.</summary>
    public GoneEvidence? Gone { get; init; }

    /// <summary>The place in the app's waiting line, while it waits for its verdict.</summary>
    public Ticket? Ticket { get; init; }

    /// <summary>The last webhook, when it was accepted and the app did not attach in time; the gate is told at the next ask.</summary>
    public string? InVain { get; init; }

    /// <summary>The gate wants to be told when the app attaches.</summary>
    public bool Confirm { get; init; }

    /// <summary>
    /// Nobody waits for the verdict of the webhook in flight: when it is accepted, that is told once the app has had time to attach, and so most
    /// often costs no step more.
    /// </summary>
    public bool Unhurried { get; init; }

    /// <summary>How many orchestrations the run has had before the one that drives it now: steps of those are stale.</summary>
    public int Driver { get; init; }

    /// <summary>How many last looks in a row could not be taken.</summary>
    public int Stalls { get; init; }

    /// <summary>The gate called while its last answer was still on its way: what it says is out of date.</summary>
    public bool Called { get; init; }

    /// <summary>It waits for its turn in a line that moves: whoever calls it up knows less than it does.</summary>
    public bool InTurn { get; init; }

    /// <summary>The slot was missed, and the gate was asked anew: the next one is used however late it is.</summary>
    public bool Missed { get; init; }

    /// <summary>By how many milliseconds its horizon was put off because the SignalR service was away; at most <see cref="Policy.AliveLimitMs"/>.</summary>
    public double HeldMs { get; init; }

    /// <summary>By how many milliseconds its horizon was put off because the app is lost again and again as soon as it has attached.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double LoopMs { get; init; }

    /// <summary>By how many milliseconds its horizon was put off in all.</summary>
    [JsonIgnore]
    public double PutOffMs => HeldMs + LoopMs;

    /// <summary>Somebody asked for it while it waited: it is held back by no other session's crash loop.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Wanted { get; init; }

    /// <summary>The app could not attach when it was looked last, for nobody could: it has all of its time once somebody can.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The process that was attached before lives, though a webhook has gone out.</summary>
    public bool Alive { get; init; }

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
        && (LastDelayMs, Gone, Ticket, InVain, Confirm) == (other.LastDelayMs, other.Gone, other.Ticket, other.InVain, other.Confirm)
        && (Unhurried, Driver, Stalls, Called, InTurn, Missed) ==
           (other.Unhurried, other.Driver, other.Stalls, other.Called, other.InTurn, other.Missed)
        && (HeldMs, Alive, IsHeld, LoopMs, Wanted) == (other.HeldMs, other.Alive, other.IsHeld, other.LoopMs, other.Wanted)
        && LastAttempts.AsSpan().SequenceEqual(other.LastAttempts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Phase, Attempt, DueAt, Ticket);
}
