using System.Collections.Immutable;

namespace Lifecycle.Sdk;

/// <summary>What to do next: wait, then try for at most <see cref="Budget"/> (null: as long as one attempt may take).</summary>
public readonly record struct ReconnectStep(TimeSpan Delay, TimeSpan? Budget, ReconnectSchedule Rest);

/// <summary>
/// When to try again, as a value: no clock and no randomness of its own. First a handful of attempts planned into the
/// grace window, so that Lifecycle sees a reconnect and not a loss; afterwards decorrelated backoff without end.
/// </summary>
public sealed record ReconnectSchedule
{
    /// <summary>The first attempt comes within this time, so that a fleet that lost its sockets together does not return in one instant.</summary>
    public static readonly TimeSpan FirstSpread = TimeSpan.FromMilliseconds(300);

    /// <summary>Shortest wait of the backoff phase.</summary>
    public static readonly TimeSpan Base = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait of the backoff phase.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For so long after a loss no wait is longer than 80 % of the grace window, or <see cref="Shortest"/>: whatever was away, Lifecycle gives everybody
    /// a whole window once it is back, and signs of life hold for one.
    /// </summary>
    public static readonly TimeSpan Awaited = TimeSpan.FromMinutes(10);

    /// <summary>Where that would be less than this, a fleet would come in step.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    /// <summary>A longer Retry-After is cut to this: a mistaken header must not park a session for a day.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(5);

    static readonly TimeSpan FirstGap = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(10);
    static readonly TimeSpan CrowdBudget = TimeSpan.FromSeconds(2);
    static readonly TimeSpan MinBudget = TimeSpan.FromMilliseconds(250);

    /// <summary>Retry-After is spread by up to this part of itself, or by <see cref="Base"/> where that is more.</summary>
    public const double RetrySpread = 0.2;

    const double LastFrom = 0.65, LastTo = 0.80;

    /// <summary>Attempts still planned, as time since the loss, ascending; the last lies between 65 % and 80 % of the grace.</summary>
    public ImmutableArray<TimeSpan> Planned { get; private init; }

    /// <summary>The wait before the previous attempt of the backoff phase.</summary>
    public TimeSpan Previous { get; private init; } = Base;

    /// <summary>Longest wait of the backoff phase while this session is awaited; <see cref="Cap"/> for one that was never attached.</summary>
    public TimeSpan AwaitedCap { get; private init; } = Cap;

    /// <summary>How many steps have been handed out.</summary>
    public int Attempts { get; private init; }

    ReconnectSchedule(ImmutableArray<TimeSpan> planned) => Planned = planned;

    /// <summary>For a session that was never attached: at once, then backoff. Nothing is lost by a short wait, and no grace is known yet.</summary>
    public static ReconnectSchedule ForAttach() => new([TimeSpan.Zero]);

    /// <summary>For a session that lost its connection.</summary>
    /// <param name="grace">The window that the last ack announced.</param>
    /// <param name="flaps">How many attachments in a row were lost right after their ack; each doubles the spread of the first attempt.</param>
    /// <param name="random">Numbers from 0 to below 1.</param>
    public static ReconnectSchedule ForReconnect(TimeSpan grace, int flaps, Func<double> random)
    {
        var spread = Min(FirstSpread * Math.Pow(2, Math.Clamp(flaps, 0, 16)), grace * 0.25);
        var last = grace * (LastFrom + (LastTo - LastFrom) * random());
        var planned = ImmutableArray.CreateBuilder<TimeSpan>();
        var at = spread * random();
        for (var gap = FirstGap; at + gap / 2 < last; gap = Min(gap * 2, MaxGap))
        {
            planned.Add(at);
            at += gap * (0.75 + 0.5 * random());
        }
        planned.Add(last);
        return new ReconnectSchedule(planned.ToImmutable()) { AwaitedCap = Min(Cap, Max(Shortest, grace * LastTo)) };
    }

    /// <summary>The next attempt.</summary>
    /// <param name="elapsed">Time since the loss.</param>
    /// <param name="retryAfter">What the last answer asked for, if it did.</param>
    /// <param name="random">Numbers from 0 to below 1.</param>
    public ReconnectStep Next(TimeSpan elapsed, TimeSpan? retryAfter, Func<double> random)
    {
        var planned = Planned;
        // An attempt that ran long swallows the ones it ran past, but never the last one before the grace is over.
        while (Attempts > 0 && planned.Length > 1 && planned[0] < elapsed) planned = planned.RemoveAt(0);
        // It ran past the grace as well: there is nothing left to hurry for.
        if (Attempts > 0 && planned is [var last] && last < elapsed * LastFrom) planned = [];
        return planned.IsEmpty ? Backoff(elapsed, retryAfter, random) : InGrace(planned, elapsed, retryAfter, random);
    }

    /// <summary>
    /// The next attempt after an answer that gave this client a slot of its own: when it begins, and up to <see cref="Base"/> later, for slots
    /// are whole seconds and their crowds would all come at once. The plan and the waits behind it stay as they are, however often this happens.
    /// </summary>
    /// <param name="elapsed">Time since the loss.</param>
    /// <param name="retryAfter">When the slot begins, from now: <see cref="Base"/> to <see cref="MaxRetryAfter"/>; what is beyond is cut to it.</param>
    /// <param name="random">Numbers from 0 to below 1.</param>
    public ReconnectStep NextInSlot(TimeSpan elapsed, TimeSpan retryAfter, Func<double> random)
    {
        var delay = Max(Min(retryAfter, MaxRetryAfter), Base) + Base * random();
        // Within the plan a hanging attempt is cut where the last one starts, as any other; but whoever has a slot comes in a crowd, and needs some time.
        TimeSpan? budget = Planned is [.., var last] && last - elapsed - delay is var left && left >= CrowdBudget ? left : null;
        return new ReconnectStep(delay, budget, this with { Attempts = Attempts + 1 });
    }

    ReconnectStep InGrace(ImmutableArray<TimeSpan> planned, TimeSpan elapsed, TimeSpan? retryAfter, Func<double> random)
    {
        var delay = NotBefore(retryAfter, Max(planned[0] - elapsed, TimeSpan.Zero), random);
        var start = elapsed + delay;
        // Retry-After may lead behind the whole plan: then this attempt stands for the last one, and nothing presses it.
        if (planned.Length == 1 || start >= planned[^1])
            return new ReconnectStep(delay, null, this with { Planned = [], Attempts = Attempts + 1 });
        // A hanging attempt is cut where the last one starts, or it would eat the window alone.
        var budget = Max(planned[^1] - start, MinBudget);
        return new ReconnectStep(delay, budget, this with { Planned = planned.RemoveAt(0), Attempts = Attempts + 1 });
    }

    ReconnectStep Backoff(TimeSpan elapsed, TimeSpan? retryAfter, Func<double> random)
    {
        // Who is told when to come has not failed: the plan behind it stays as it was.
        if (retryAfter is { } asked) return new ReconnectStep(NotBefore(Max(asked, Base), TimeSpan.Zero, random), null, this with { Attempts = Attempts + 1 });
        // Cap first, jitter after: the other way round the whole fleet ends up waiting exactly the cap, in step.
        var ceiling = Min(elapsed < Awaited ? AwaitedCap : Cap, Previous * 3);
        var wait = Base + (ceiling - Base) * random();
        return new ReconnectStep(wait, null, this with { Previous = wait, Attempts = Attempts + 1 });
    }

    static TimeSpan NotBefore(TimeSpan? retryAfter, TimeSpan delay, Func<double> random)
    {
        if (retryAfter is not { } asked) return delay;
        var earliest = Min(asked, MaxRetryAfter);
        return earliest <= delay ? delay : earliest + Max(Base, earliest * RetrySpread) * random();
    }

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
