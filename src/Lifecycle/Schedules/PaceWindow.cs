using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// The answers to webhooks that were sent at the pace of now. Whatever learns waits for them before it changes the pace again, so that it never acts twice upon
/// one cause, however slow the app or the engine is (the round trip of Jacobson, "Congestion Avoidance and Control", SIGCOMM 1988). Of a constant size.
/// </summary>
public sealed record PaceWindow
{
    const int Fewest = 6;
    const int Refusals = 3;

    // Of the differences between answers, when each was sent has to explain this share (r squared).
    const double Sure = 0.4;

    // Limits are of a second, more often than not: less of it does not show them.
    static readonly TimeSpan span = TimeSpan.FromSeconds(0.8);

    static readonly TimeSpan moment = TimeSpan.FromSeconds(2);

    /// <summary>Since when webhooks go at this pace, UTC.</summary>
    [JsonPropertyName("f")]
    public required DateTimeOffset Since { get; init; }

    /// <summary>How many were accepted.</summary>
    [JsonPropertyName("n")]
    public int Accepted { get; init; }

    /// <summary>How many were not.</summary>
    [JsonPropertyName("x")]
    public int Failed { get; init; }

    /// <summary>When the first was heard of, UTC; null while none was.</summary>
    [JsonPropertyName("a")]
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>When the last was, UTC; null while none was.</summary>
    [JsonPropertyName("z")]
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>When the earliest of them went out, in seconds from <see cref="Since"/> on.</summary>
    [JsonPropertyName("u")]
    public double SentFrom { get; init; }

    /// <summary>When the latest did.</summary>
    [JsonPropertyName("v")]
    public double SentUntil { get; init; }

    /// <summary>Of the accepted ones, the sum of their times in milliseconds: this one and the next four are for a line through their times over the seconds at which they were sent.</summary>
    [JsonPropertyName("y")]
    public double Sum { get; init; }

    /// <summary>The sum of the squares of their times.</summary>
    [JsonPropertyName("yy")]
    public double Squares { get; init; }

    /// <summary>The sum of the seconds, from <see cref="Since"/> on, at which they were sent.</summary>
    [JsonPropertyName("t")]
    public double Sent { get; init; }

    /// <summary>The sum of the squares of those.</summary>
    [JsonPropertyName("tt")]
    public double SentSquares { get; init; }

    /// <summary>The sum of the products of both.</summary>
    [JsonPropertyName("ty")]
    public double Products { get; init; }

    /// <summary>How long they took on average, in milliseconds; not a number while none was accepted.</summary>
    [JsonIgnore]
    public double MeanMs => Sum / Accepted;

    /// <summary>By how much that mean would differ from another one of the same app, in milliseconds: its standard error.</summary>
    [JsonIgnore]
    public double ErrorMs => Accepted < 2 ? 0 : Math.Sqrt(Variance / (Accepted - 1));

    /// <summary>By how many seconds answers took longer with each second that passed, for a queue grows; below zero where it shrinks; 0 where that is not sure.</summary>
    [JsonIgnore]
    public double Growth => Accepted > 1 && Covariance * Covariance > Sure * Variance * SentVariance ? Covariance / SentVariance / 1_000 : 0;

    /// <summary>How long an answer took where nobody waited, by that line, in milliseconds.</summary>
    [JsonIgnore]
    public double BeginMs => MeanMs - (Growth * 1_000 * Sent / Accepted);

    /// <summary>How many webhooks a second it was that were answered, by when they went out; 0 while there are too few.</summary>
    [JsonIgnore]
    public double SentPerSecond => SentUntil > SentFrom ? (Accepted + Failed - 1) / (SentUntil - SentFrom) : 0;

    /// <summary>The share that was not accepted, from 0 to 1.</summary>
    [JsonIgnore]
    public double FailedShare => Accepted + Failed == 0 ? 0 : Failed / (double)(Accepted + Failed);

    /// <summary>Whether there is enough to say something: some answers over most of a second, or some refusals.</summary>
    [JsonIgnore]
    public bool IsFull => Failed >= Refusals || (Accepted + Failed >= Fewest && (LastAt - FirstAt >= span || SentUntil - SentFrom >= span.TotalSeconds));

    /// <summary>Whether all that was heard of came within a moment.</summary>
    [JsonIgnore]
    public bool IsBrief => LastAt - FirstAt < moment;

    double Variance => Math.Max(0, (Squares / Accepted) - (MeanMs * MeanMs));

    double SentVariance => Math.Max(1e-9, (SentSquares / Accepted) - (Sent / Accepted * (Sent / Accepted)));

    double Covariance => (Products / Accepted) - (MeanMs * Sent / Accepted);

    /// <summary>With one more answer; one to a webhook that went at an earlier pace says nothing of it.</summary>
    public PaceWindow With(PaceAnswer answer)
    {
        if (answer.SentAt < Since)
        {
            return this;
        }

        var sent = (answer.SentAt - Since).TotalSeconds;
        var isFirst = Accepted + Failed == 0;
        var counted = this with
        {
            FirstAt = FirstAt ?? answer.HeardAt,
            LastAt = answer.HeardAt,
            SentFrom = isFirst ? sent : Math.Min(SentFrom, sent),
            SentUntil = isFirst ? sent : Math.Max(SentUntil, sent),
        };
        return answer.Accepted ? counted.Taking(sent, answer.TookMs) : counted with { Failed = Failed + 1 };
    }

    PaceWindow Taking(double sent, double tookMs) => this with
    {
        Accepted = Accepted + 1,
        Sum = Sum + tookMs,
        Squares = Squares + (tookMs * tookMs),
        Sent = Sent + sent,
        SentSquares = SentSquares + (sent * sent),
        Products = Products + (sent * tookMs),
    };
}

/// <summary>What came of one webhook.</summary>
/// <param name="SentAt">When it was to go out, UTC: by that it belongs to a pace, however late it is heard of.</param>
/// <param name="HeardAt">When its answer was heard of, UTC.</param>
/// <param name="TookMs">How long the answer took, in milliseconds.</param>
/// <param name="Accepted">Whether the app took it.</param>
public readonly record struct PaceAnswer(DateTimeOffset SentAt, DateTimeOffset HeardAt, double TookMs, bool Accepted)
{
    // What is told later than that was with a host that was killed, which says nothing of those that are there.
    const double MostBehind = 10;

    /// <summary>How many seconds it took this system to send it and to hear of it, beyond what the app took; 0 to 10.</summary>
    public double BehindSeconds => Math.Clamp((HeardAt - SentAt).TotalSeconds - (TookMs / 1_000), 0, MostBehind);
}
