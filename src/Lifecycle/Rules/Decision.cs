using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What the rules make of one event: the new state, what to do, and what it was.</summary>
/// <param name="Session">The state after it; <see cref="AppState.None"/> means that nothing is stored.</param>
/// <param name="Effects">What the shell does, in this order.</param>
/// <param name="Outcome">Whether it was applied, ignored or refused, and why.</param>
/// <param name="Order">What the run's orchestration does next, when it asked.</param>
public sealed record Decision(AppSession Session, ImmutableArray<Effect> Effects, Outcome Outcome, RunOrder? Order = null);

/// <summary>Whether an event changed anything.</summary>
public enum OutcomeKind
{
    /// <summary>It was acted upon.</summary>
    Applied = 1,

    /// <summary>It came late, twice, or makes no difference; counted, nothing else.</summary>
    Ignored = 2,

    /// <summary>It was asked for and must not be.</summary>
    Refused = 3,
}

/// <summary>The verdict on one event.</summary>
/// <param name="Kind">Whether it was applied, ignored or refused.</param>
/// <param name="Reason">Why, from a closed set (<see cref="Reasons"/>).</param>
/// <param name="Blame">Whose fault that is, or who caused it.</param>
public readonly record struct Outcome(OutcomeKind Kind, string Reason, Blame Blame)
{
    /// <summary>Whether it came too late, twice or for another connection: ignored, or refused for that.</summary>
    public bool IsStale => Kind is OutcomeKind.Ignored or OutcomeKind.Refused && Reason.StartsWith("stale_", StringComparison.Ordinal);
}

/// <summary>What the orchestration of a run does next.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunOrderKind>))]
public enum RunOrderKind
{
    /// <summary>Malformed: nobody orders this.</summary>
    None = 0,

    /// <summary>Wait until <see cref="RunOrder.Until"/>, then ask with <see cref="AttemptDue"/>.</summary>
    Wait = 1,

    // 2 was an order of its own to look for a connection.

    /// <summary>
    /// Take the last look and, when there is no connection of the user, send the webhook; then tell with <see cref="AttemptSent"/>,
    /// <see cref="AttemptFound"/> or <see cref="AttemptUnlooked"/>.
    /// </summary>
    Send = 3,

    /// <summary>The run is over.</summary>
    End = 4,

    /// <summary>Put <see cref="RunOrder.Ask"/> to the app's gate, then tell with <see cref="AttemptAdmitted"/> when it is time to go.</summary>
    Ask = 5,
}

/// <summary>One order to the orchestration of a run.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Until">The time to wait for before it is carried out; null for none.</param>
/// <param name="Attempt">Which webhook of the run to send, from 1.</param>
/// <param name="WebhookId">The id that every retry of this attempt carries.</param>
/// <param name="Result">How the run ended.</param>
/// <param name="Ask">What to ask the app's gate.</param>
/// <param name="Blind">Send without a last look: the SignalR service could not be asked, again and again.</param>
/// <param name="Unhurried">Nobody waits for the verdict: one that is accepted is told after <see cref="RunScript.TimeToAttach"/>.</param>
/// <param name="Driver">For the steps that follow.</param>
public sealed record RunOrder(
    RunOrderKind Kind,
    DateTimeOffset? Until = null,
    int Attempt = 0,
    string? WebhookId = null,
    string? Result = null,
    AdmissionAsked? Ask = null,
    bool Blind = false,
    bool Unhurried = false,
    int Driver = 0)
{
    /// <summary>For a webhook of a start: when that was accepted; null otherwise, and when that is not known.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>For a webhook of a resurrection: what holds it back; null for a start.</summary>
    public HoldTerms? Terms { get; init; }

    /// <summary>For a webhook: whoever answers it may take over by this invitation, with the session's state; null when nobody is invited.</summary>
    public Invitation? Invite { get; init; }

    /// <summary>For a webhook of a resurrection: the process that held the session, which is asked first where processes can be told apart; null when it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Holder { get; init; }

    /// <summary>Wait, then ask again.</summary>
    public static RunOrder WaitUntil(DateTimeOffset until, int driver = 0) => new(RunOrderKind.Wait, Until: until, Driver: driver);

    /// <summary>Ask the gate.</summary>
    public static RunOrder AskFor(AdmissionAsked ask, DateTimeOffset? from = null, int driver = 0) => new(RunOrderKind.Ask, Until: from, Ask: ask, Driver: driver);

    /// <summary>Send a webhook.</summary>
    public static RunOrder Send(int attempt, string webhookId) => new(RunOrderKind.Send, Attempt: attempt, WebhookId: webhookId);

    /// <summary>Stop.</summary>
    public static RunOrder End(string result) => new(RunOrderKind.End, Result: result);
}

/// <summary>When a resurrection's webhook is held back right before it goes out.</summary>
/// <param name="DueAt">When it was ordered for.</param>
/// <param name="LostAt">When its socket was lost.</param>
/// <param name="GraceMs">The grace window, in milliseconds.</param>
/// <param name="LateMs">How much later means that this system was away, in milliseconds; null where that counts no more.</param>
public sealed record HoldTerms(DateTimeOffset DueAt, DateTimeOffset? LostAt, int GraceMs, int? LateMs)
{
    /// <summary>Whether it is carried out so late that this system was away.</summary>
    public bool IsLate(DateTimeOffset now) => LateMs is { } most && Rules.IsLate(DueAt, now, most);
}
