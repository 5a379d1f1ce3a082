using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>Whose fault it is, or who caused it. One name everywhere: in transitions, events, dead letters, notices and metrics.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Blame>))]
public enum Blame
{
    /// <summary>There is no evidence.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown = 0,

    /// <summary>The app server: it is gone, refuses, or asked for it.</summary>
    [JsonStringEnumMemberName("app")] App = 1,

    /// <summary>The network between the app server and the SignalR service: both live.</summary>
    [JsonStringEnumMemberName("network")] Network = 2,

    /// <summary>The SignalR service: clients could not open sockets, or it did not do what it was asked.</summary>
    [JsonStringEnumMemberName("signalr")] SignalR = 3,

    /// <summary>This system: it was away, late or too busy.</summary>
    [JsonStringEnumMemberName("lifecycle")] Lifecycle = 4,

    /// <summary>The platform that runs the user sessions: it asked for it.</summary>
    [JsonStringEnumMemberName("platform")] Platform = 5,
}

/// <summary>Names of <see cref="Blame"/> on the wire, in logs and in metrics.</summary>
public static class Blames
{
    static readonly string[] names = ["unknown", "app", "network", "signalr", "lifecycle", "platform"];

    /// <summary>Every one of them, in the order of their numbers.</summary>
    public static IReadOnlyList<string> Names => names;

    /// <summary>Its name on the wire, for example <c>signalr</c>.</summary>
    public static string WireName(this Blame blame) => names[(int)blame];
}
