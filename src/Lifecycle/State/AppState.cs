using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>The states of an app session (DESIGN section 2). Numbers are stored: never reuse one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AppState>))]
public enum AppState
{
    /// <summary>There is no such app session; an entity in this state has no stored state.</summary>
    [JsonStringEnumMemberName("NONE")] None = 0,

    /// <summary>Not attached and past the grace window; a resurrection may be on its way.</summary>
    [JsonStringEnumMemberName("DISCONNECTED")] Disconnected = 1,

    /// <summary>A start was requested; the app has not attached yet.</summary>
    [JsonStringEnumMemberName("STARTING")] Starting = 2,

    /// <summary>Attached.</summary>
    [JsonStringEnumMemberName("RUNNING")] Running = 3,

    /// <summary>The socket is lost; the app may come back by itself and keep its state.</summary>
    [JsonStringEnumMemberName("GRACE_PERIOD")] GracePeriod = 4,

    /// <summary>A resurrection webhook is on its way, or was accepted and the app is awaited.</summary>
    [JsonStringEnumMemberName("RESURRECTING")] Resurrecting = 5,

    /// <summary>An attempt failed; the next one waits for its time.</summary>
    [JsonStringEnumMemberName("BACKOFF")] Backoff = 6,

    /// <summary>The user is away: nothing is sent until the user is back.</summary>
    [JsonStringEnumMemberName("DORMANT")] Dormant = 7,

    /// <summary>Given up; only a start, a revive or the app itself brings it back.</summary>
    [JsonStringEnumMemberName("EVICTED")] Evicted = 8,

    /// <summary>A stop was requested; the app is being told.</summary>
    [JsonStringEnumMemberName("STOPPING")] Stopping = 9,

    /// <summary>Stopped; kept for the retention window, then forgotten.</summary>
    [JsonStringEnumMemberName("STOPPED")] Stopped = 10,
}

/// <summary>Names of states on the wire and in logs.</summary>
public static class AppStates
{
    static readonly string[] names =
        ["NONE", "DISCONNECTED", "STARTING", "RUNNING", "GRACE_PERIOD", "RESURRECTING", "BACKOFF", "DORMANT", "EVICTED", "STOPPING", "STOPPED"];

    /// <summary>Every state, in the order of their numbers.</summary>
    public static IReadOnlyList<AppState> All { get; } = Enum.GetValues<AppState>();

    /// <summary>The state's name on the wire, for example <c>GRACE_PERIOD</c>.</summary>
    public static string WireName(this AppState state) => names[(int)state];
}
