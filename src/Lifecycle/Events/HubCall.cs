using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>The app invoked a hub method, which proves that the connection lives.</summary>
/// <param name="ConnectionId">The SignalR connection.</param>
public abstract record HubCall(string ConnectionId) : SessionEvent
{
    /// <summary>What its access token says, signed: the same as with its <see cref="Connected"/>, which may be late or lost; null when that is not known.</summary>
    public Connected? Negotiated { get; init; }
}

/// <summary>The app invoked <c>init</c>, which may say that the app is fresh.</summary>
/// <param name="ConnectionId">The SignalR connection.</param>
/// <param name="Reconnect">The hint: true, false (the app is fresh), or null.</param>
/// <param name="InstanceId">The app process, as it calls itself.</param>
public sealed record Initialized(string ConnectionId, bool? Reconnect = null, string? InstanceId = null) : HubCall(ConnectionId);

/// <summary>The app replaces its subscriptions.</summary>
/// <param name="ConnectionId">The SignalR connection.</param>
/// <param name="Streams">The whole new set.</param>
/// <param name="Replaces">The version of the set that the app believes to be in force.</param>
public sealed record SubscriptionsReplaced(string ConnectionId, ImmutableArray<string> Streams, int Replaces) : HubCall(ConnectionId);

/// <summary>The app says goodbye: when its socket closes it must not be resurrected.</summary>
/// <param name="ConnectionId">The SignalR connection.</param>
public sealed record Released(string ConnectionId) : HubCall(ConnectionId);

/// <summary>The app process leaves and asks for a successor.</summary>
/// <param name="ConnectionId">The SignalR connection.</param>
public sealed record HandOverAsked(string ConnectionId) : HubCall(ConnectionId);

/// <summary>The app tells how far its handlers have come.</summary>
/// <param name="ConnectionId">The SignalR connection.</param>
/// <param name="Seq">The handlers of all messages up to this number have returned.</param>
/// <param name="Failed">Those of them whose handler threw in the end.</param>
/// <param name="IsLast">It handles nothing more over this connection: what is behind was not begun.</param>
public sealed record MessagesDone(string ConnectionId, long Seq, ImmutableArray<FailedMessage> Failed, bool IsLast = false) : HubCall(ConnectionId)
{
    /// <summary>The most failures that one call tells of.</summary>
    public const int MostFailed = 20;
}

/// <summary>A message whose handler threw.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Error">Why, as the app says; at most <see cref="MostError"/> characters.</param>
public sealed record FailedMessage(long Seq, [property: JsonConverter(typeof(StoredText))] string Error)
{
    /// <summary>The longest error text.</summary>
    public const int MostError = 200;

    /// <summary>The failure with as much of the text as is kept: on one line, and cut between two characters.</summary>
    public static FailedMessage Of(long seq, string error)
    {
        var length = error.Length <= MostError ? error.Length : char.IsHighSurrogate(error[MostError - 1]) ? MostError - 1 : MostError;
        return new(seq, string.Concat(error.Take(length).Select(c => char.IsControl(c) ? ' ' : c)));
    }
}
