using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>
/// What one instance knows of how far the durable engine is behind. It measures by pulses: signals to a few entities, in different partitions
/// where the backend has any, that do nothing but note when they were carried out. Nobody waits for them; whoever asks next looks.
/// </summary>
public sealed record Backlog
{
    /// <summary>How many pulses go out together.</summary>
    public const int Pulses = 3;

    /// <summary>So many calls of negotiate within a second are a crowd. Below that nothing is measured, and a reconnect costs what it costs.</summary>
    public const int Crowd = 10;

    /// <summary>The shortest time within which an ack is announced.</summary>
    public static readonly TimeSpan LeastAckWithin = TimeSpan.FromSeconds(5);

    /// <summary>The longest.</summary>
    public static readonly TimeSpan MostAckWithin = TimeSpan.FromMinutes(2);

    /// <summary>An engine that is so far behind takes no more connections for now.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>How many sends are remembered: the first that is not answered, and the last ones. An engine that is gone for days is asked all the while.</summary>
    public const int MostSends = 64;

    /// <summary>How often an instance looks, at most.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>How often it sends pulses, at most; and never while the last ones are under way.</summary>
    public static readonly TimeSpan PulseEvery = TimeSpan.FromSeconds(5);

    /// <summary>How often it sends some because it is asked how the engine is, at most.</summary>
    public static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(2);

    /// <summary>By how much an engine that works may be later than it was.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    static readonly TimeSpan second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan known = TimeSpan.FromSeconds(30);
    static readonly TimeSpan lost = TimeSpan.FromSeconds(30);
    static readonly TimeSpan mostRetry = TimeSpan.FromSeconds(30);

    /// <summary>Nothing is known.</summary>
    public static Backlog Unknown { get; } = new();

    /// <summary>The last answer of each pulse, whoever sent it.</summary>
    public ImmutableArray<Beat?> Answers { get; init; } = [.. new Beat?[Pulses]];

    /// <summary>When this instance sent pulses of which not all are answered, the oldest first; and the last ones in any case.</summary>
    public ImmutableArray<DateTimeOffset> Sends { get; init; } = [];

    /// <summary>When it looked for answers; null for never.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>An answer to a pulse of this instance was seen.</summary>
    public bool HasWorked { get; init; }

    /// <summary>When the second began in which calls are counted.</summary>
    public DateTimeOffset CountedFrom { get; init; }

    /// <summary>How many calls came in it.</summary>
    public int Calls { get; init; }

    /// <summary>When there was a crowd last; null for never.</summary>
    public DateTimeOffset? CrowdAt { get; init; }

    /// <summary>Somebody called negotiate.</summary>
    public Backlog Called(DateTimeOffset now)
    {
        var counted = now - CountedFrom < second ? this with { Calls = Calls + 1 } : this with { CountedFrom = now, Calls = 1 };
        return counted.Calls >= Crowd ? counted with { CrowdAt = now } : counted;
    }

    /// <summary>Whether it is time to look: pulses are under way, or there is a crowd.</summary>
    public bool IsLookDue(DateTimeOffset now) => IsAgo(LookedAt, LookEvery, now) && (IsUnderWay || IsCrowded(now));

    /// <summary>Whether it is time to send pulses. Those of other instances count as well.</summary>
    public bool IsPulseDue(DateTimeOffset now) =>
        IsCrowded(now) && IsCheckDue(now) && IsAgo(LastSent, PulseEvery, now) && Answers.All(beat => IsAgo(beat?.SentAt, PulseEvery, now));

    /// <summary>Whether pulses are to be sent because somebody asks how the engine is. Those that did not come back may be lost.</summary>
    public bool IsCheckDue(DateTimeOffset now) => IsAgo(LastSent, IsUnderWay ? lost : CheckEvery, now);

    /// <summary>Whether none of the last pulses is answered.</summary>
    public bool IsUnanswered => LastSent is not { } last || !Answers.Any(beat => beat?.SentAt >= last);

    /// <summary>Pulses were sent.</summary>
    public Backlog Sent(DateTimeOffset now) => this with { Sends = (Sends.Length < MostSends ? Sends : Sends.RemoveAt(1)).Add(now) };

    /// <summary>Pulses could not be sent.</summary>
    public Backlog Unsent(DateTimeOffset at) => this with { Sends = Sends.Remove(at) };

    /// <summary>This was found.</summary>
    /// <param name="now">When the look began, UTC.</param>
    /// <param name="answers">The last answer of each pulse.</param>
    public Backlog Looked(DateTimeOffset now, ImmutableArray<Beat?> answers)
    {
        var looked = this with { LookedAt = now, Answers = answers };
        return looked with
        {
            HasWorked = HasWorked || answers.Any(IsOwn),
            Sends = Sends.RemoveAll(sent => sent != LastSent && answers.All(beat => beat?.SentAt >= sent)),
        };
    }

    /// <summary>Whether a pulse was one of this instance.</summary>
    public bool IsOwn(Beat? beat) => beat is not null && Sends.Contains(beat.SentAt);

    /// <summary>
    /// How long the ack of a connection that is opened now may take. What was under way when somebody looked is thought to be so still: whoever
    /// asks first after a while would be told the least, again and again.
    /// </summary>
    public TimeSpan AckWithin(DateTimeOffset now)
    {
        var expected = (2 * Answers.Max(beat => LagOf(beat, now, now))) + TimeSpan.FromSeconds(3);
        return expected < LeastAckWithin ? LeastAckWithin : expected > MostAckWithin ? MostAckWithin : expected;
    }

    /// <summary>Whether the engine is so far behind, everywhere, that one more connection would be one too many.</summary>
    public bool IsBeyondLimit(DateTimeOffset now) => Lags(now).Min() >= Limit;

    /// <summary>When somebody who is refused should ask again: the later, the further behind, and not all at once.</summary>
    /// <param name="now">The time, UTC.</param>
    /// <param name="random">From 0 to below 1.</param>
    public TimeSpan RetryAfter(DateTimeOffset now, double random)
    {
        var wait = Lags(now).Min() / 4;
        return (wait > mostRetry ? mostRetry : wait) * (1 + random);
    }

    /// <summary>
    /// Whether the engine works: it has answered the last pulse, or it has answered before and is by no more than <see cref="Slack"/> later now
    /// than it was then.
    /// </summary>
    public EngineHealth Health(DateTimeOffset now)
    {
        var waiting = Answers.Min(beat => WaitingSince(beat) is { } since ? now - since : TimeSpan.Zero);
        var before = Answers.Min(beat => beat?.Lag) ?? TimeSpan.Zero;
        var works = !IsUnanswered || (HasWorked && waiting <= (before < Limit ? before : Limit) + Slack);
        return new(works, works ? Lags(now).Min() : waiting);
    }

    DateTimeOffset? LastSent => Sends is [.., var last] ? last : null;

    bool IsUnderWay => Answers.Any(beat => WaitingSince(beat) is not null);

    bool IsCrowded(DateTimeOffset now) => CrowdAt is { } at && now - at <= PulseEvery;

    static bool IsAgo(DateTimeOffset? at, TimeSpan time, DateTimeOffset now) => at is null || now - at >= time;

    IEnumerable<TimeSpan> Lags(DateTimeOffset now) => Answers.Select(beat => LagOf(beat, now, LookedAt ?? now));

    // What was answered long ago says nothing, and neither does what was seen to be under way long ago.
    TimeSpan LagOf(Beat? beat, DateTimeOffset now, DateTimeOffset until)
    {
        var answered = beat is not null && now - beat.RanAt <= known ? beat.Lag : TimeSpan.Zero;
        var waiting = LookedAt is { } looked && now - looked <= known && WaitingSince(beat) is { } since ? until - since : TimeSpan.Zero;
        return answered > waiting ? answered : waiting;
    }

    // A later one that was carried out says that an earlier one is lost, or that somebody else's has overtaken it.
    DateTimeOffset? WaitingSince(Beat? beat)
    {
        foreach (var sent in Sends)
        {
            if (beat is null || sent > beat.SentAt)
            {
                return sent;
            }
        }

        return null;
    }
}
