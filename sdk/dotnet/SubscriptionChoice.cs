namespace Lifecycle.Sdk;

/// <summary>An app's answer to an ack: keep the server's set of streams, or replace it.</summary>
public sealed record SubscriptionChoice
{
    SubscriptionChoice(IReadOnlyList<string>? streams) => Streams = streams;

    /// <summary>The set to be in force; null to keep the server's.</summary>
    public IReadOnlyList<string>? Streams { get; }

    /// <summary>The set in the ack is the right one.</summary>
    public static SubscriptionChoice Keep { get; } = new(streams: null);

    /// <summary>These streams, whatever the ack says; nothing is sent when it says the same. An empty set is honoured.</summary>
    /// <param name="streams">At most 1,000; each 1 to 128 characters of <c>A-Z a-z 0-9 . _ - @ + / :</c>. Doubles are dropped.</param>
    /// <exception cref="ArgumentException">Too many streams, or a name that is not one.</exception>
    public static SubscriptionChoice Replace(params IEnumerable<string> streams) => new(WireRules.RequireStreams(streams, nameof(streams)));
}
