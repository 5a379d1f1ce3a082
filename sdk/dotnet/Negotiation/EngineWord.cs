namespace Lifecycle.Sdk.Negotiation;

/// <summary>What an answer of negotiate says of the durable engine.</summary>
/// <param name="AckWithin">Within what time the ack of a connection that is opened now is expected; null when the engine takes none.</param>
/// <param name="RetryAfter">When the engine can be asked again, if it takes no connections now.</param>
readonly record struct EngineWord(TimeSpan? AckWithin, TimeSpan? RetryAfter)
{
    /// <summary>The word in an answer; null when there is none.</summary>
    public static EngineWord? Of(NegotiateOutcome outcome) => outcome switch
    {
        NegotiateOutcome.Redirect { AckWithin: { } within } => new EngineWord(within, null),
        NegotiateOutcome.Retry { Refusal: { RetryAfter: { } after, IsNotNow: true } } => new EngineWord(null, after),
        _ => null,
    };
}
