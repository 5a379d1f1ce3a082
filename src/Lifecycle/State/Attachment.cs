using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>The one live SignalR connection that an app session accepts.</summary>
public sealed record Attachment
{
    /// <summary>
    /// The SignalR connection id; null while a connection is adopted that the service reports but whose <c>connected</c>
    /// event was lost, until its first event names it.
    /// </summary>
    public string? ConnectionId { get; init; }

    /// <summary>The app process behind the connection, as it calls itself.</summary>
    public string? InstanceId { get; init; }

    /// <summary>When the connection's access token was made: of two connections, the later one is the newer.</summary>
    public DateTimeOffset? NegotiatedAt { get; init; }

    /// <summary>When the app session accepted it.</summary>
    public DateTimeOffset AttachedAt { get; init; }

    /// <summary>Whether state was kept for it (a Reconnect) or it started clean (a Connect).</summary>
    public bool Resumed { get; init; }

    /// <summary>Whether the app has said by <c>init</c> if it is fresh; only the first word counts.</summary>
    public bool Initialized { get; init; }

    /// <summary>The number after which messages come on this connection.</summary>
    public long BaseSeq { get; init; }

    /// <summary>How many messages the app lost before it.</summary>
    public int Missed { get; init; }

    /// <summary>When what could not be done for it (groups, messages) is tried again; null when nothing is left to do.</summary>
    public DateTimeOffset? MendAt { get; init; }

    /// <summary>How often that was tried.</summary>
    public int Mends { get; init; }

    /// <summary>The version of the wire that its client speaks; 0 when it does not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Version { get; init; }

    /// <summary>Whether it took over from another process, with that one's state.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TakenOver { get; init; }

    /// <summary>When it is looked whether the app has gone deaf; null while nobody is to look.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DeafLookAt { get; init; }

    /// <summary>When it was found to be deaf; null while it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DeafAt { get; init; }

    /// <summary>Whether the client tells what the app has handled.</summary>
    [JsonIgnore]
    public bool Tells => Version >= Wire.TellsFrom;

    /// <summary>Whether this is the given connection. An adopted one without a name is any connection of the user.</summary>
    public bool Is(string connectionId) => ConnectionId is null || ConnectionId == connectionId;
}
