using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle.Sdk;

/// <summary>Where an attached session stands.</summary>
public enum SessionState
{
    /// <summary>The first ack has not come yet.</summary>
    Attaching,
    /// <summary>Lifecycle has acknowledged the connection.</summary>
    Attached,
    /// <summary>The connection is lost and being made anew; the app's state is to be kept.</summary>
    Reconnecting,
    /// <summary>Over for good; <see cref="AttachedSession.Completion"/> tells why.</summary>
    Ended,
}

/// <summary>What Lifecycle said when it accepted a connection.</summary>
/// <param name="State">The app session's state in capitals, normally <c>RUNNING</c>.</param>
/// <param name="Resumed">True for a reconnect with kept state; false when the app session started clean.</param>
/// <param name="Epoch">Grows with every attach and detach.</param>
/// <param name="CorrelationId">Stays the same over reconnects.</param>
/// <param name="Subscriptions">The streams that the app is subscribed to.</param>
/// <param name="SubscriptionsVersion">The version of that set.</param>
/// <param name="Missed">How many messages were lost while nobody was attached: no room was left for them, or the state was dropped; or could never be sent.</param>
/// <param name="Seq">Messages behind this number come on this connection, in order.</param>
/// <param name="ReconnectGrace">How long Lifecycle will wait for a reconnect after a loss.</param>
public sealed record SessionAck(
    string State,
    bool Resumed,
    long Epoch,
    string CorrelationId,
    IReadOnlyList<string> Subscriptions,
    long SubscriptionsVersion,
    int Missed,
    long Seq,
    TimeSpan ReconnectGrace)
{
    /// <summary>True when this process has taken the session over from another one, by a take-over token: <see cref="Resumed"/> is true as well.</summary>
    public bool TakenOver { get; init; }

    /// <summary>The version of the wire that Lifecycle speaks.</summary>
    internal int Version { get; init; } = 1;

    /// <summary>How long Lifecycle gives a hand-over; null when it does not say.</summary>
    internal TimeSpan? HandOver { get; init; }

    /// <summary>Whether Lifecycle hears how far the handlers have come, and sends for a successor.</summary>
    internal bool HearsDone => Version >= WireRules.HearsDone;
}

/// <summary>A message for the app.</summary>
/// <param name="Seq">Position in the app session's order, growing; no number is handled twice.</param>
/// <param name="Body">What the sender wrote; any JSON.</param>
public sealed record AppMessage(long Seq, JsonElement Body);

/// <summary>What became of a change of subscriptions.</summary>
/// <param name="Accepted">False when the server's set had changed meanwhile: look at it and try again.</param>
/// <param name="Reason">Why it was not accepted.</param>
/// <param name="Subscriptions">The server's set after the call.</param>
/// <param name="Version">The version of that set.</param>
public sealed record SubscriptionsResult(bool Accepted, string? Reason, IReadOnlyList<string> Subscriptions, long Version);

/// <summary>How to attach.</summary>
public sealed class AttachOptions
{
    /// <summary>
    /// Whether this process still holds the session's state, for instance from a store: true keeps subscriptions and
    /// undelivered messages, false (default) starts clean, null lets Lifecycle infer. Once attached, reconnects always say true.
    /// </summary>
    public bool? Reconnect { get; init; } = false;

    /// <summary>With kept state: the <see cref="AppMessage.Seq"/> of the last message in it, so that what came later is delivered and nothing twice. 0 to 2^52.</summary>
    public long? LastSeq { get; init; }

    /// <summary>
    /// What a webhook said for this session (<see cref="Webhooks.LifecycleWebhook.TakeOverToken"/>): shown until the first ack, it lets this process take
    /// the session over with its state, whatever <see cref="Reconnect"/> says. A session that this process has already uses it if it is not attached.
    /// 1 to 2048 visible ASCII characters. It opens the session to whoever reads it: never logged, and not serialized.
    /// </summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? TakeOverToken { get; init; }

    /// <summary>Called before the first connection is made: the place to add handlers that must not miss anything.</summary>
    public Action<AttachedSession>? Configure { get; init; }
}
