using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>A pulse that went through the durable engine's queue: how far behind the engine was.</summary>
/// <param name="SentAt">When it was sent, UTC, by its sender's clock.</param>
/// <param name="RanAt">When it was carried out, UTC, by the clock of the instance that did.</param>
public sealed record Beat(DateTimeOffset SentAt, DateTimeOffset RanAt)
{
    /// <summary>
    /// The beat to keep when a pulse runs: the one that was sent last. Pulses of several instances come in any order, and one that is overwritten by an
    /// earlier one would seem to be under way for ever to its sender. One from the future says that a clock is wrong, and is not kept.
    /// </summary>
    /// <param name="before">The one that is kept so far; null for none.</param>
    /// <param name="sentAt">When the pulse that runs was sent, UTC.</param>
    /// <param name="now">The time, UTC.</param>
    public static Beat Newest(Beat? before, DateTimeOffset sentAt, DateTimeOffset now) =>
        before is not null && before.SentAt > sentAt && before.SentAt <= now ? before : new(sentAt, now);

    /// <summary>How long it stood in the queue. Clocks of two instances may differ: never negative.</summary>
    [JsonIgnore]
    public TimeSpan Lag => RanAt > SentAt ? RanAt - SentAt : TimeSpan.Zero;
}
