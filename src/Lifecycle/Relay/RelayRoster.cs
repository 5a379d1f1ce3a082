using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// The processes of one app that hold a connection open over which its webhooks are relayed, and what they answered lately. A value that can be
/// stored, printed and compared; only <see cref="RelayRules.Decide"/> makes a new one.
/// </summary>
public sealed record RelayRoster
{
    /// <summary>The version of this record's stored form; 0 means malformed.</summary>
    public const int CurrentSchema = 1;

    /// <summary>How many processes of one app can take webhooks: more of them wait until one has gone.</summary>
    public const int MostProcesses = 128;

    /// <summary>How many answers are kept for instances that have not looked yet.</summary>
    public const int MostReplies = 64;

    /// <summary>
    /// How long a process is listed after it was last noted that it is there: its end was not told. Not every word is noted, so one that says nothing is struck
    /// off after 10 to 15 minutes.
    /// </summary>
    public static readonly TimeSpan KeptProcess = TimeSpan.FromMinutes(15);

    /// <summary>How long an answer is kept: whoever waits for it looks every second.</summary>
    public static readonly TimeSpan KeptReply = TimeSpan.FromSeconds(10);

    /// <summary>How old what a process said may be before it is noted again that it is there.</summary>
    public static readonly TimeSpan Noted = TimeSpan.FromMinutes(5);

    /// <summary>For how long a process is new: as long as a hand-over lasts, and a minute before it.</summary>
    public static readonly TimeSpan New = TimeSpan.FromSeconds(90);

    /// <summary>Nobody is connected.</summary>
    public static RelayRoster Empty { get; } = new();

    /// <summary>The stored form's version.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Who is connected, in the order of coming; at most <see cref="MostProcesses"/>.</summary>
    public ImmutableArray<RelayProcess> Processes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The answers that came by another instance than the one that waits, the newest last; at most <see cref="MostReplies"/>.</summary>
    public ImmutableArray<KeptReply> Replies { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether nothing of it is worth being stored.</summary>
    [JsonIgnore]
    public bool IsEmpty => Processes.IsEmpty && Replies.IsEmpty;

    /// <summary>What was answered to a try; null for nothing so far.</summary>
    public RelayReply? ReplyTo(string tryId) => Replies.FirstOrDefault(reply => reply.Try == tryId)?.Reply;

    /// <summary>Equal when every process and every answer is.</summary>
    public bool Equals(RelayRoster? other) =>
        other is not null && Schema == other.Schema
        && Processes.AsSpan().SequenceEqual(other.Processes.AsSpan())
        && Replies.AsSpan().SequenceEqual(other.Replies.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Schema, Processes.Length, Replies.Length);
}

/// <summary>One process that is connected.</summary>
/// <param name="ConnectionId">Its connection.</param>
/// <param name="InstanceId">The process, as it calls itself in negotiate.</param>
/// <param name="CameAt">When the process first said that it takes webhooks.</param>
/// <param name="SaidAt">When it said what was last noted of it: that it does.</param>
public sealed record RelayProcess(
    [property: JsonPropertyName("c")] string ConnectionId,
    [property: JsonPropertyName("i")] string InstanceId,
    [property: JsonPropertyName("n")] DateTimeOffset CameAt,
    [property: JsonPropertyName("s")] DateTimeOffset SaidAt)
{
    /// <summary>It is about to leave, and takes on nothing more.</summary>
    [JsonPropertyName("l"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLeaving { get; init; }

    /// <summary>It did not answer the last webhook that was put to it: it is asked when nobody else is there.</summary>
    [JsonPropertyName("q"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsSilent { get; init; }

    /// <summary>Whether it came a moment ago, as one of a new release does while those of the old one leave.</summary>
    public bool IsNew(DateTimeOffset now) => now - CameAt < RelayRoster.New;

    /// <summary>Whether it counts as connected.</summary>
    public bool IsListed(DateTimeOffset now) => now - SaidAt < RelayRoster.KeptProcess;
}

/// <summary>An answer that came by another instance than the one that waits for it.</summary>
/// <param name="Try">Names what was asked.</param>
/// <param name="Reply">The answer.</param>
/// <param name="At">When it came.</param>
public sealed record KeptReply(
    [property: JsonPropertyName("t")] string Try,
    [property: JsonPropertyName("r")] RelayReply Reply,
    [property: JsonPropertyName("a")] DateTimeOffset At);

/// <summary>What a process answered to a webhook, as an HTTP answer would say it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="RetryAfter">The header <c>Retry-After</c> as it came.</param>
/// <param name="HeldBy">The process that holds the session.</param>
/// <param name="Leaving">The process that is about to leave.</param>
public sealed record RelayReply(
    [property: JsonPropertyName("s")] int Status,
    [property: JsonPropertyName("w"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RetryAfter = null,
    [property: JsonPropertyName("h"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? HeldBy = null,
    [property: JsonPropertyName("l"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Leaving = null)
{
    /// <summary>The least status that is an answer.</summary>
    public const int LeastStatus = 200;

    /// <summary>The greatest.</summary>
    public const int GreatestStatus = 599;

    /// <summary>What it means.</summary>
    /// <param name="now">The time, UTC.</param>
    public WebhookResult ToResult(DateTimeOffset now) => WebhookResult.FromAnswer(Status, RetryAfter, HeldBy, Leaving, now);
}
