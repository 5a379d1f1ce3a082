using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>A pulse that went through the durable engine's queue: how far behind the engine was.</summary>
/// <param name="SentAt">When it was sent, UTC, by its sender's clock.</param>
/// <param name="RanAt">When it was carried out, UTC, by the clock of the instance that did.</param>
public sealed record Beat(DateTimeOffset SentAt, DateTimeOffset RanAt)
{
    /// <summary>How long it stood in the queue. Clocks of two instances may differ: never negative.</summary>
    [JsonIgnore]
    public TimeSpan Lag => RanAt > SentAt ? RanAt - SentAt : TimeSpan.Zero;
}
