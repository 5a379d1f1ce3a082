using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>Why an incident was opened.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IncidentCause>))]
public enum IncidentCause
{
    /// <summary>Malformed: no incident has this cause.</summary>
    None = 0,

    /// <summary>More sessions were lost at once than may be in flight to an app that has not answered since.</summary>
    [JsonStringEnumMemberName("sessions_lost")] SessionsLost = 1,

    /// <summary>The app was found unreachable: its breaker opened.</summary>
    [JsonStringEnumMemberName("unreachable")] Unreachable = 2,

    /// <summary>A session was given up although the breaker is closed: the app says it is gone or refuses the webhook.</summary>
    [JsonStringEnumMemberName("session_evicted")] SessionEvicted = 3,

    /// <summary>Its sessions attach and are lost again and again.</summary>
    [JsonStringEnumMemberName("crash_loop")] CrashLoop = 4,

    /// <summary>A process of the app is attached and does not handle what is sent to it.</summary>
    [JsonStringEnumMemberName("deaf")] Deaf = 5,
}

/// <summary>
/// One app in trouble, handled once per app and not once per session: one probe looks for it, its owner is told once, and once that
/// it is back.
/// </summary>
public sealed record Incident
{
    /// <summary>Names it, in notices and logs.</summary>
    public required string Id { get; init; }

    /// <summary>Why it was opened.</summary>
    public required IncidentCause Cause { get; init; }

    /// <summary>When the app was last known to be well; the outage's age counts from here.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it ended; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the owner was told that the app is unreachable; null when it did not come to that.</summary>
    public DateTimeOffset? OwnerToldAt { get; init; }

    /// <summary>When the owner was told that the app lives and cannot attach; null when it did not come to that.</summary>
    public DateTimeOffset? UnattachedToldAt { get; init; }

    /// <summary>When the owner was told that the app is in a crash loop; null when it did not come to that.</summary>
    public DateTimeOffset? LoopToldAt { get; init; }

    /// <summary>When the owner was told that a process of the app is deaf; null when it did not come to that.</summary>
    public DateTimeOffset? DeafToldAt { get; init; }

    /// <summary>When a process was last found deaf.</summary>
    public DateTimeOffset? DeafAt { get; init; }

    /// <summary>Whether the owner was told anything of it.</summary>
    [JsonIgnore]
    public bool IsTold => (OwnerToldAt ?? UnattachedToldAt ?? LoopToldAt ?? DeafToldAt) is not null;

    /// <summary>Sessions given up during it.</summary>
    public int Evicted { get; init; }

    /// <summary>When the last of them was given up.</summary>
    public DateTimeOffset? LastEvictedAt { get; init; }

    /// <summary>Why the last of them was given up.</summary>
    public string? EvictedFor { get; init; }

    /// <summary>Probes sent during it.</summary>
    public int Probes { get; init; }

    /// <summary>The last failure that was seen.</summary>
    public string? LastOutcome { get; init; }

    /// <summary>Whether it is open.</summary>
    [JsonIgnore]
    public bool IsOpen => EndedAt is null;
}
