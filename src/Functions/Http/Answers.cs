using System.Text.Json.Nodes;

namespace Lifecycle.Functions.Http;

/// <summary>The answer to a command about one app session: it was taken; where to look is in <c>Location</c>.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The app.</param>
/// <param name="Accepted">The command.</param>
sealed record CommandAccepted(string SessionId, string PackageName, string Accepted);

/// <summary>The answer to a command about a whole user session.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="Accepted">The command.</param>
/// <param name="Apps">The apps that it is handed on to, as far as they are known now; one whose start was accepted a moment ago is told as well.</param>
sealed record SessionCommandAccepted(string SessionId, string Accepted, IReadOnlyList<string> Apps);

/// <summary>The answer to the revival of an app's sessions.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="Accepted">The command.</param>
/// <param name="Sessions">How many evicted sessions are tried again.</param>
sealed record AppRevivalAccepted(string PackageName, string Accepted, int Sessions);

/// <summary>The apps of a user session.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="Apps">Its apps.</param>
sealed record SessionApps(string SessionId, IReadOnlyList<SessionView> Apps);

/// <summary>What became of a message.</summary>
/// <param name="Outcome"><c>sent</c> or <c>buffered</c>.</param>
/// <param name="Seq">Its number.</param>
/// <param name="State">The app session's state.</param>
sealed record MessageAnswer(string Outcome, long Seq, AppState State);

/// <summary>That this instance serves.</summary>
/// <param name="Status"><c>ok</c>.</param>
/// <param name="Time">Its clock.</param>
sealed record LivenessAnswer(string Status, DateTimeOffset Time);

/// <summary>That this instance is ready.</summary>
/// <param name="Status"><c>ok</c>.</param>
/// <param name="Time">Its clock.</param>
/// <param name="EngineLagMs">How far the durable engine is behind.</param>
sealed record HealthAnswer(string Status, DateTimeOffset Time, long EngineLagMs);

/// <summary>Events or dead letters that the local sink keeps.</summary>
/// <param name="Items">Those behind the number asked for.</param>
/// <param name="Oldest">The number of the oldest that is kept.</param>
/// <param name="Last">The number of the last one.</param>
/// <param name="Generation">Names this count: another one begins, from 1, when the host is started.</param>
sealed record EventPage(IReadOnlyList<EventItem> Items, long Oldest, long Last, string Generation);

/// <summary>One event.</summary>
/// <param name="Sequence">The host's own number, from 1.</param>
/// <param name="Event">The CloudEvent.</param>
sealed record EventItem(long Sequence, JsonNode? Event);

/// <summary>Where an app server connects to; as standard SignalR clients read it.</summary>
/// <param name="Url">The address.</param>
/// <param name="AccessToken">What to show there.</param>
/// <param name="AckWithinMs">How long the ack of a connection that is opened now may take.</param>
sealed record NegotiateAnswer(string Url, string AccessToken, long AckWithinMs);
