using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle.Entities;

/// <summary>The payload of the <c>stop</c> and <c>superseded</c> messages.</summary>
/// <param name="Reason">Why.</param>
public sealed record ReasonMessage(
    [property: JsonPropertyName("reason")] string Reason);

/// <summary>The payload of the <c>subscriptions</c> message: the answer to <c>setSubscriptions</c>.</summary>
/// <param name="Accepted">Whether the update is in force.</param>
/// <param name="Reason">Why it is not.</param>
/// <param name="Subscriptions">The set in force.</param>
/// <param name="SubscriptionsVersion">Its version.</param>
public sealed record SubscriptionsMessage(
    [property: JsonPropertyName("accepted")] bool Accepted,
    [property: JsonPropertyName("reason")] string? Reason,
    [property: JsonPropertyName("subscriptions")] ImmutableArray<string> Subscriptions,
    [property: JsonPropertyName("subscriptionsVersion")] int SubscriptionsVersion)
{
    /// <summary>The message that an effect asks for.</summary>
    public static SubscriptionsMessage Of(SendSubscriptions effect) =>
        new(effect.Accepted, effect.Reason, effect.Current.Streams, effect.Current.Version);
}
