using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// A pace that is learned from an app's answers. It doubles while they are as quick as they were; at the first sign of a queue it goes to what the app takes, which
/// the growth of its answers tells, and from there on in small steps (Vegas: Brakmo and Peterson, 1995). A pace that was refused is not tried again for a while
/// (CUBIC's plateau, RFC 9438). Chosen by measurement: bench/paces.md. Of a constant size.
/// </summary>
public sealed record LearnedPace
{
    const double Step = 1.1;
    const int StepsToDouble = 6;

    // A queue that grows by a tenth of a second in each second is one.
    const double Growing = 0.1;

    // So much of what an app takes is asked of it while its queue empties.
    const double Emptying = 0.9;

    // What answers take longer than where nobody waits, but for noise, they wait.
    const double Noise = 0.15;
    const double NoiseMs = 20;

    // A queue that stands is emptied slowly: much of it may be noise.
    const double MostEased = 0.8;

    const double Used = 0.5;

    const double AboveGood = 1.2;
    const double Refusing = 0.1;
    const double BelowRefused = 0.9;

    // An engine that is so far behind, in seconds, has enough to do: more webhooks would wait in it, and all else with them. Where it falls back further, the pace does.
    const double EngineBehind = 1.5;
    const double EngineFarBehind = 2.5;

    // Of each answer's delay, so much counts: the last ten or so.
    const double OfEach = 0.1;

    // Between what went well and what was refused the next one is sought nearer to the former.
    const double ShareOfGap = 0.4;

    // The base follows an app that has become slower for good.
    const double Drift = 1.02;

    /// <summary>
    /// How many webhooks to one app may wait for their answers for its pace to grow. Each holds a place in the engine, and an instance has so many for all apps
    /// (<c>maxConcurrentActivityFunctions</c>, docs/host.md).
    /// </summary>
    public const int MostInFlight = 100;

    /// <summary>How long a pace is not tried again that was refused.</summary>
    public static readonly TimeSpan Plateau = TimeSpan.FromSeconds(20);

    /// <summary>What is known of an app's pace is worth half of it after this time without an answer.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(10);

    /// <summary>Within this time an app that refused a crowd takes the lower pace, or it is none that only has too much to do.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    // What refused a crowd may count it for a second more.
    static readonly TimeSpan settling = TimeSpan.FromSeconds(1);

    // About how long it is until a change of the pace shows: slots are given out some time before, and an answer takes its time.
    static readonly TimeSpan round = TimeSpan.FromSeconds(2);

    /// <summary>Webhooks per second.</summary>
    [JsonPropertyName("p")]
    public required double PerSecond { get; init; }

    /// <summary>The answers to webhooks at this pace.</summary>
    [JsonPropertyName("w")]
    public required PaceWindow Window { get; init; }

    /// <summary>How long answers take on average where nobody waits, in milliseconds; null while that is not known.</summary>
    [JsonPropertyName("b"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BaseMs { get; init; }

    /// <summary>The last pace at which all went well; null while there was none.</summary>
    [JsonPropertyName("g"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Good { get; init; }

    /// <summary>The least pace that was refused; null when none was, or long ago.</summary>
    [JsonPropertyName("r"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Refused { get; init; }

    /// <summary>When, UTC.</summary>
    [JsonPropertyName("ra"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>By how many seconds this system is behind with its webhooks and their answers: a moving average.</summary>
    [JsonPropertyName("h")]
    public double Behind { get; init; }

    /// <summary>How many steps in a row went well; it doubles from so many on, and begins so.</summary>
    [JsonPropertyName("s")]
    public int Steps { get; init; } = StepsToDouble;

    /// <summary>Whether the next step doubles it.</summary>
    [JsonIgnore]
    public bool IsDoubling => Steps >= StepsToDouble && Refused is null;

    /// <summary>The pace of an app of which nothing is known.</summary>
    /// <param name="perSecond">Webhooks per second.</param>
    /// <param name="from">From when on they go at it, UTC.</param>
    public static LearnedPace Begin(double perSecond, DateTimeOffset from) => new() { PerSecond = perSecond, Window = new PaceWindow { Since = from } };

    /// <summary>
    /// The pace with which an app is asked again that was away. It has to show anew what it takes beyond the usual start, for it may be warming up. That it took less
    /// is remembered, and counts for less the longer ago that is.
    /// </summary>
    /// <param name="start">With what an app is asked of which nothing is known, webhooks per second.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="from">From when on they go at it, UTC.</param>
    public LearnedPace Anew(double start, DateTimeOffset now, DateTimeOffset from)
    {
        var worth = Math.Pow(0.5, Math.Max(0, (now - (Window.LastAt ?? Window.Since)) / HalfLife));
        var isKept = now < RefusedAt + Plateau;
        return Begin(Math.Min(start, start + ((PerSecond - start) * worth)), from) with
        {
            BaseMs = BaseMs,
            Refused = isKept ? Refused : null,
            RefusedAt = RefusedAt,
            Steps = isKept ? 0 : StepsToDouble,
        };
    }

    /// <summary>Whether the app refused a pace a moment ago that it had taken before: it is there, and has to be asked for less.</summary>
    /// <param name="now">The time, UTC.</param>
    /// <param name="answeredAt">When it last accepted a webhook, UTC; null when it never did.</param>
    public bool IsSettling(DateTimeOffset now, DateTimeOffset? answeredAt) => RefusedAt is { } refused && now - refused < Settled && refused - answeredAt < Settled;

    /// <summary>The pace after one more answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="nextSlotAt">From when on slots are still to be given out, UTC: those before it were given at an earlier pace.</param>
    /// <param name="ceiling">The most webhooks per second.</param>
    /// <param name="start">To which it falls at the least for what is no matter of the app.</param>
    public LearnedPace After(PaceAnswer answer, DateTimeOffset nextSlotAt, double ceiling, double start = 1)
    {
        var (window, now) = (Window.With(answer), answer.HeardAt);
        var behind = Behind + ((answer.BehindSeconds - Behind) * OfEach);
        // At once, and once: what is under way will be late all the same.
        var isOverrun = behind > EngineFarBehind && PerSecond > Math.Max(Good ?? PerSecond, start);
        if (!window.IsFull && !isOverrun)
        {
            return this with { Window = window, Behind = behind };
        }

        var next = this with
        {
            Behind = behind,
            Window = new PaceWindow { Since = nextSlotAt > now ? nextSlotAt : now, LastAt = now },
            BaseMs = window.IsFull ? BaseOf(window) : BaseMs,
            Refused = now < RefusedAt + Plateau ? Refused : null,
        };
        // What became of a few says nothing of a pace at which nobody was there to go. Refusals overtake what waits, so how many went does not show at once.
        return isOverrun ? next.To(Math.Max(start, Good!.Value), ceiling)
            : window.IsBrief && window.FailedShare > Refusing ? next.Fallen(window, now, ceiling)
            : window.SentPerSecond < PerSecond * Used ? next
            : window.FailedShare > Refusing ? next.Fallen(window, now, ceiling)
            : window.Growth > Growing ? next.To(TakenBy(window), ceiling)
            : window.Growth < -Growing || window.Failed > 0 ? next
            : window.MeanMs - (2 * window.ErrorMs) > (next.BaseMs * (1 + Noise)) + NoiseMs ? next.Eased(window, ceiling)
            : behind > EngineFarBehind ? next.To(Math.Min(PerSecond, Math.Max(start, PerSecond / 2)), ceiling)
            : behind > EngineBehind ? next
            : next.Grown(Math.Min(ceiling, Math.Max(PerSecond, MostInFlight * 1_000.0 / window.MeanMs)));
    }

    /// <summary>The same where the clock was set back: what is said to come long after now was noted before that.</summary>
    /// <param name="now">The time, UTC.</param>
    /// <param name="longestLead">How far ahead slots are given.</param>
    public LearnedPace InTime(DateTimeOffset now, TimeSpan longestLead) => this with
    {
        RefusedAt = RefusedAt > now ? now : RefusedAt,
        Window = Window.Since > now + longestLead + settling || Window.LastAt > now ? new PaceWindow { Since = now } : Window,
    };

    /// <summary>How long it takes at the soonest until so many have gone, if all goes well from now on.</summary>
    /// <param name="count">How many.</param>
    /// <param name="ceiling">The most webhooks per second.</param>
    public TimeSpan SoonestFor(int count, double ceiling)
    {
        if (Behind > EngineBehind)
        {
            return TimeSpan.FromSeconds(count / (PerSecond * Step));
        }

        var growth = IsDoubling ? Math.Log(2) / round.TotalSeconds : Math.Log(Step) / round.TotalSeconds;
        var most = Math.Max(PerSecond, Math.Min(ceiling, Refused * BelowRefused ?? ceiling));
        var untilMost = Math.Log(most / PerSecond) / growth;
        var goneByThen = (most - PerSecond) / growth;
        return TimeSpan.FromSeconds(count <= goneByThen ? Math.Log(1 + (count * growth / PerSecond)) / growth : untilMost + ((count - goneByThen) / most));
    }

    // A queue that grows by g seconds a second before an app that is asked p times takes p / (1 + g).
    double TakenBy(PaceWindow window) => PerSecond / (1 + Math.Max(0, window.Growth)) * Emptying;

    double? BaseOf(PaceWindow window)
    {
        if (window.Accepted == 0)
        {
            return BaseMs;
        }

        var seen = window.Growth > 0 ? window.BeginMs : window.MeanMs;
        return BaseMs is not { } known ? seen : seen < known ? (known + seen) / 2 : Math.Min(seen, known * Drift);
    }

    LearnedPace Fallen(PaceWindow window, DateTimeOffset now, double ceiling)
    {
        var good = Good < PerSecond ? Good * BelowRefused : null;
        return To(Math.Min(good ?? PerSecond * Math.Max(0.5, 1 - window.FailedShare), TakenBy(window)), ceiling) with
        {
            Window = Window with { Since = Window.Since + settling },
            Good = Good < PerSecond ? Good : null,
            Refused = Math.Min(PerSecond, Refused ?? PerSecond),
            RefusedAt = now,
        };
    }

    // The last doubling was one too many.
    LearnedPace Eased(PaceWindow window, double ceiling) => To(
        Steps >= StepsToDouble && Good is { } good ? good * AboveGood : PerSecond * Math.Clamp((1 + (2 * Noise)) * BaseMs!.Value / window.MeanMs, MostEased, 1), ceiling);

    LearnedPace To(double perSecond, double ceiling) => this with { PerSecond = Math.Clamp(perSecond, 1, ceiling), Steps = 0 };

    LearnedPace Grown(double ceiling)
    {
        var most = Refused * BelowRefused ?? ceiling;
        var step = Steps >= StepsToDouble ? 2 * PerSecond : Math.Max(Step * PerSecond, Refused is null ? 0 : PerSecond + ((most - PerSecond) * ShareOfGap));
        var next = Math.Min(ceiling, step);
        return this with { Good = PerSecond, PerSecond = Math.Max(Math.Min(PerSecond, ceiling), Math.Min(next, most)), Steps = next > most ? 0 : Steps + 1 };
    }
}
