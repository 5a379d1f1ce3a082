using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle.Entities;

/// <summary>The payload of the <c>stop</c> and <c>superseded</c> messages.</summary>
/// <param name="Reason">Why.</param>
public sealed record ReasonMessage(string Reason);

/// <summary>The payload of the <c>superseded</c> message to a process that may finish what it is at.</summary>
/// <param name="Reason">Why.</param>
/// <param name="HandedOver">Its connection is not closed before it has said how far it came.</param>
public sealed record HandedOverMessage(string Reason, bool HandedOver)
{
    /// <summary>The message.</summary>
    public static HandedOverMessage It { get; } = new(Reasons.Superseded, HandedOver: true);
}

/// <summary>The payload of the <c>tell</c> message.</summary>
public sealed record TellMessage
{
    /// <summary>The message.</summary>
    public static TellMessage It { get; } = new();
}

/// <summary>The payload of a <c>message</c> that somebody waits for.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Body">What was posted; any JSON.</param>
/// <param name="Prompt">The app is to tell at once when it is handled.</param>
public sealed record AwaitedMessage(long Seq, JsonElement Body, bool Prompt)
{
    /// <summary>The message that an effect asks for.</summary>
    /// <exception cref="JsonException">Its body is no JSON.</exception>
    public static AwaitedMessage Of(SendMessage effect) => new(effect.Seq, JsonElement.Parse(effect.Body), Prompt: true);
}

/// <summary>The payload of the <c>message</c> message.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Body">What was posted; any JSON.</param>
public sealed record AppMessage(long Seq, JsonElement Body)
{
    /// <summary>The message that an effect asks for.</summary>
    /// <exception cref="JsonException">Its body is no JSON.</exception>
    public static AppMessage Of(SendMessage effect) => new(effect.Seq, JsonElement.Parse(effect.Body));
}

/// <summary>The payload of the <c>subscriptions</c> message: the answer to <c>setSubscriptions</c>.</summary>
/// <param name="Accepted">Whether the update is in force.</param>
/// <param name="Reason">Why it is not.</param>
/// <param name="Subscriptions">The set in force.</param>
/// <param name="SubscriptionsVersion">Its version.</param>
public sealed record SubscriptionsMessage(
    bool Accepted,
    string? Reason,
    ImmutableArray<string> Subscriptions,
    int SubscriptionsVersion)
{
    /// <summary>The message that an effect asks for.</summary>
    public static SubscriptionsMessage Of(SendSubscriptions effect) =>
        new(effect.Accepted, effect.Reason, effect.Current.Streams, effect.Current.Version);
}

/// <summary>The payload of the <c>move</c> message.</summary>
/// <param name="AfterMs">How long to wait before attaching anew, in milliseconds.</param>
/// <param name="Url">The base address of the installation to attach at; absent for this one.</param>
public sealed record MoveMessage(int AfterMs, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url)
{
    /// <summary>The message that an order asks for.</summary>
    public static MoveMessage Of(MoveOrder order) => new(order.AfterMs, order.Url);
}
