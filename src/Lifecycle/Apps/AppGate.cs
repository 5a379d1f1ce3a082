using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// What stands between an app and the webhooks that its sessions want to send: breaker, pacer and incident. A value that can be
/// stored, printed and compared; only <see cref="AppRules.Decide"/> makes a new one. It does not grow with the number of sessions.
/// </summary>
public sealed record AppGate
{
    /// <summary>The version of this record's stored form; 0 means malformed.</summary>
    public const int CurrentSchema = 1;

    /// <summary>How many outcomes are remembered for operators.</summary>
    public const int RememberedOutcomes = 10;

    /// <summary>How many of those who wait can be called up, at the least; the others come at their own times.</summary>
    public const int FewestWaiting = 128;

    /// <summary>How many can be called up at the most, whatever the pace: the gate's state must not grow with the number of sessions.</summary>
    public const int MostWaiting = 512;

    /// <summary>How many webhooks are remembered, at the least, whose end was reported: a report that comes twice counts once.</summary>
    public const int RememberedReports = 128;

    /// <summary>And at the most, at a high pace.</summary>
    public const int MostReports = 512;

    /// <summary>How many slots are remembered that were given last: a question that comes twice gets one slot.</summary>
    public const int RememberedSlots = 64;

    /// <summary>The gate of an app that nobody has asked for yet.</summary>
    public static AppGate New { get; } = new();

    /// <summary>The stored form's version.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Whether the app is thought to be reachable.</summary>
    public Breaker Breaker { get; init; } = new();

    /// <summary>What is known of the app's health URL while the breaker is open; null for an app without one, and while it is closed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthWatch? Health { get; init; }

    /// <summary>The theoretical arrival time of GCRA: when the next slot is free.</summary>
    public DateTimeOffset NextSlotAt { get; init; }

    /// <summary>The pace that was learned of the app's answers; null while none was, and where it is fixed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LearnedPace? Pace { get; init; }

    /// <summary>The same of the webhooks that tell of stops.</summary>
    public DateTimeOffset NextStopAt { get; init; }

    /// <summary>Who waits for the app, in numbers.</summary>
    public WaitingLine Line { get; init; } = new();

    /// <summary>Those of the line who are called up when there is a verdict, in the order of their turns; at most <see cref="MostWaiting"/>.</summary>
    public ImmutableArray<Waiter> Waiting { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The webhooks whose end was reported last, the newest last.</summary>
    public ImmutableArray<string> Reported { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What else was reported last, by name: places left, stops, sessions given up. Apart, or a crowd would push out the webhooks.</summary>
    public ImmutableArray<string> Told { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The slots that were given last, each at its time, the newest last.</summary>
    public ImmutableArray<Flight> Granted { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>When something was last asked or reported.</summary>
    public DateTimeOffset? BusyAt { get; init; }

    /// <summary>The attempts in flight while the app has not answered; at most <see cref="Policy.FirstFlight"/>.</summary>
    public ImmutableArray<Flight> Flights { get; init; } = [];

    /// <summary>When the app last accepted a webhook; while distrusted, when it last attached after one.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>Since when sessions are lost that the app has not answered for; null when there are none.</summary>
    public DateTimeOffset? LostSince { get; init; }

    /// <summary>Until when the app asked to be left alone (Retry-After).</summary>
    public DateTimeOffset? HoldUntil { get; init; }

    /// <summary>When the next probe can go: not before the app wants to be called again. Null while the breaker is closed.</summary>
    [JsonIgnore]
    public DateTimeOffset? ProbeFrom => Breaker.NextProbeAt < HoldUntil ? HoldUntil : Breaker.NextProbeAt;

    /// <summary>When a question last came so late that this system was away; null when none has.</summary>
    public DateTimeOffset? LateAt { get; init; }

    /// <summary>When a session of the app last found that no client can open a socket at the SignalR service; null when none has.</summary>
    public DateTimeOffset? AwayAt { get; init; }

    /// <summary>When a process of the app connected, to have webhooks relayed, and none was there before; null when none has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>The sessions that attach and are lost again and again.</summary>
    public CrashLoops Loops { get; init => field = value ?? CrashLoops.None; } = CrashLoops.None;

    /// <summary>What webhooks of any session were told of it that the app is gone; null for nothing.</summary>
    public GoneEvidence? Gone { get; init; }

    /// <summary>
    /// The app accepted webhooks and then did not attach: until it attaches, its 2xx counts for nothing. So does the front of a dead app
    /// behave that answers 200 to everything.
    /// </summary>
    public bool Distrusted { get; init; }

    /// <summary>The incident that is open, or the last one.</summary>
    public Incident? Incident { get; init; }

    /// <summary>The last outcomes, the newest last.</summary>
    public ImmutableArray<AttemptNote> Outcomes { get; init; } = [];

    /// <summary>Counts since the app was registered.</summary>
    public GateTally Tally { get; init; } = new();

    /// <summary>Equal when every field and every element is.</summary>
    public bool Equals(AppGate? other) =>
        other is not null
        && (Schema, Breaker, NextSlotAt, Line, AnsweredAt, LostSince, HoldUntil) ==
           (other.Schema, other.Breaker, other.NextSlotAt, other.Line, other.AnsweredAt, other.LostSince, other.HoldUntil)
        && (Distrusted, Incident, Tally, BusyAt, Gone, NextStopAt, AwayAt, LateAt) ==
           (other.Distrusted, other.Incident, other.Tally, other.BusyAt, other.Gone, other.NextStopAt, other.AwayAt, other.LateAt)
        && (Loops, ConnectedAt, Pace, Health) == (other.Loops, other.ConnectedAt, other.Pace, other.Health)
        && Waiting.AsSpan().SequenceEqual(other.Waiting.AsSpan())
        && Reported.AsSpan().SequenceEqual(other.Reported.AsSpan())
        && Told.AsSpan().SequenceEqual(other.Told.AsSpan())
        && Granted.AsSpan().SequenceEqual(other.Granted.AsSpan())
        && Flights.AsSpan().SequenceEqual(other.Flights.AsSpan())
        && Outcomes.AsSpan().SequenceEqual(other.Outcomes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Breaker, NextSlotAt, Line, AnsweredAt, Incident, Tally);
}

/// <summary>One attempt in flight.</summary>
/// <param name="WebhookId">The webhook that was admitted.</param>
/// <param name="At">When.</param>
public sealed record Flight(string WebhookId, DateTimeOffset At);

/// <summary>A session that waits and can be called up.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Place">Of its ticket.</param>
/// <param name="Foreground">Whether it goes before those that nobody looks at.</param>
public sealed record Waiter(
    [property: JsonPropertyName("s")] string SessionId,
    [property: JsonPropertyName("r")] string RunId,
    [property: JsonPropertyName("p")] int Place,
    [property: JsonPropertyName("f"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Foreground)
{
    /// <summary>Whether this one has its turn before somebody with that ticket.</summary>
    public bool IsBefore(Ticket ticket) => Foreground == ticket.Foreground ? Place < ticket.Place : Foreground;

    /// <summary>Whether it is this one who asks.</summary>
    public bool IsOf(AdmissionAsked ask) => SessionId == ask.SessionId && RunId == ask.RunId;
}

/// <summary>
/// The sessions that wait for an app, as counters. Each holds a ticket and comes back by itself when its turn can have come, so
/// nothing has to be stored for each of them, and none is lost whom nobody calls.
/// </summary>
public sealed record WaitingLine
{
    /// <summary>Grows when a new line begins; a ticket of an older line is void.</summary>
    public int Number { get; init; }

    /// <summary>Tickets given to foreground sessions.</summary>
    public int Foreground { get; init; }

    /// <summary>Tickets given to all the others.</summary>
    public int Background { get; init; }

    /// <summary>Tickets whose holders left or went ahead as probes: everybody else is that much further in front.</summary>
    public int WentAhead { get; init; }

    /// <summary>Tickets whose holders had their turn.</summary>
    public int Served { get; init; }

    /// <summary>Tickets that are still held.</summary>
    [JsonIgnore]
    public int Held => Math.Max(0, Foreground + Background - WentAhead - Served);

    /// <summary>How many stand, or stood, before a ticket of this line. Foreground sessions go first, so everybody else is behind all of them.</summary>
    public int RankOf(Ticket ticket) => Math.Max(0, (ticket.Foreground ? ticket.Place : Foreground + ticket.Place) - WentAhead);

    /// <summary>Since when the line is being admitted; null while it waits for the app.</summary>
    public DateTimeOffset? AdmittedFrom { get; init; }
}

/// <summary>A place in a waiting line.</summary>
/// <param name="Line">Which line.</param>
/// <param name="Place">The place among its own kind, from 0.</param>
/// <param name="Foreground">Foreground sessions go before all others.</param>
public sealed record Ticket(int Line, int Place, bool Foreground);

/// <summary>Counts of what the gate of one app has seen.</summary>
public sealed record GateTally
{
    /// <summary>How often sessions asked to be admitted.</summary>
    public int Asked { get; init; }

    /// <summary>Webhooks admitted, probes included.</summary>
    public int Admitted { get; init; }

    /// <summary>Probes of an open breaker.</summary>
    public int Probes { get; init; }

    /// <summary>Webhooks that the app accepted.</summary>
    public int Accepted { get; init; }

    /// <summary>Webhooks that failed, and accepted ones after which the app did not attach.</summary>
    public int Failed { get; init; }

    /// <summary>Sessions given up.</summary>
    public int Evicted { get; init; }

    /// <summary>Stops of which the app was not told: nobody listened, or it would not hear.</summary>
    public int StopsDropped { get; init; }

    /// <summary>How often a health URL's 2xx came too late and changed nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int StaleLooks { get; init; }
}
