using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>
/// Something the shell has to do after a decision, in the order given. Durable ones commit with the state; outside ones
/// go to the SignalR service at once, may run twice, and never fail the transition.
/// </summary>
public abstract record Effect;

/// <summary>Durable: signal this app session with <see cref="TimerFired"/> at the time.</summary>
public sealed record ArmTimer(TimerKind Kind, DateTimeOffset DueAt, long Epoch) : Effect
{
    /// <summary>The signal.</summary>
    public TimerFired ToEvent() => new(Kind, Epoch) { DueAt = DueAt };
}

/// <summary>Durable: ask the app's gate, at the time or at once; it answers with <see cref="AttemptAdmitted"/>. No orchestration waits for it.</summary>
public sealed record AskGate(AdmissionAsked Ask, DateTimeOffset? At) : Effect;

/// <summary>Durable: start an orchestration that sends the webhook of a run; its webhooks belong to the trace.</summary>
public sealed record StartRun(
    string RunId,
    RunReason Reason,
    string CorrelationId,
    RunOrder Order,
    int WebhookTimeoutMs,
    string? Trace = null,
    int Driver = 0) : Effect;

/// <summary>Durable: tell the app server by webhook that the session is stopped.</summary>
public sealed record SendStopWebhook(string RunId, string CorrelationId, string Reason, int WebhookTimeoutMs) : Effect;

/// <summary>Durable: an app session was given up.</summary>
public sealed record DeadLetter(string Reason, int Attempts, ImmutableArray<AttemptNote> LastAttempts, Blame Blame) : Effect;

/// <summary>Durable: tell the app's gate what came of a webhook, or of the session.</summary>
public sealed record TellApp(AppEvent Event) : Effect;

/// <summary>Durable: tell the world about a transition.</summary>
public sealed record PublishTransition(AppState From, AppState To, string Reason, long Epoch, string? CorrelationId, Blame Blame) : Effect;

/// <summary>Durable: tell the world that the app will not get a message that had been taken.</summary>
public sealed record LoseMessage(long Seq, string Reason, Blame Blame) : Effect;

/// <summary>Durable: tell the world that a handler of the app threw, and that its message was set aside.</summary>
/// <param name="Seq">The message's number.</param>
/// <param name="Error">Why, as the app says.</param>
public sealed record FailMessage(long Seq, string Error) : Effect;

/// <summary>Durable: tell operators that the app has finished nothing for too long while its socket lives.</summary>
/// <param name="Seq">The first message that is open.</param>
/// <param name="Since">Since when nothing was finished.</param>
public sealed record ReportDeaf(long Seq, DateTimeOffset Since) : Effect;

/// <summary>Outside: ask the app to tell at once how far it has come.</summary>
/// <param name="ConnectionId">The connection.</param>
public sealed record AskToTell(string ConnectionId) : Effect;

/// <summary>Durable: tell operators that group memberships are refused by the service, or fail again and again, and are not tried before the next attach or renewal.</summary>
public sealed record GiveUpGroups(int Version) : Effect;

/// <summary>Durable: tell operators that a connection that must be closed could not be, and is no longer tried.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="Tries">How often it was tried.</param>
public sealed record GiveUpClose(string ConnectionId, int Tries) : Effect;

/// <summary>Outside: end a connection; the reason is the error text of the close message. When it fails the rules are told.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="Reason">Why.</param>
/// <param name="Tries">How often it was tried before.</param>
public sealed record CloseConnection(string ConnectionId, string Reason, int Tries = 0) : Effect;

/// <summary>
/// Outside: greet a connection, with a new reconnect token for this instance and the ack's epoch. Without a connection id it goes to
/// every connection of the user, and without a token.
/// </summary>
public sealed record SendAck(string? ConnectionId, Ack Ack, string? InstanceId) : Effect;

/// <summary>Outside: send a message to a connection. When it fails, those behind it are not sent and the rules are told.</summary>
public sealed record SendMessage(string ConnectionId, long Seq, string Body) : Effect
{
    /// <summary>Somebody waits until it is handled.</summary>
    public bool IsAwaited { get; init; }
}

/// <summary>Outside: answer an update of subscriptions.</summary>
public sealed record SendSubscriptions(string ConnectionId, bool Accepted, string? Reason, SubscriptionSet Current) : Effect;

/// <summary>Outside: tell the app that the session is being stopped. Without a connection id: every connection of the user.</summary>
public sealed record SendStop(string? ConnectionId, string Reason) : Effect;

/// <summary>Outside: tell a connection that another one took over.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="IsHandedOver">It may finish what it is at, and is not closed at once.</param>
public sealed record SendSuperseded(string ConnectionId, bool IsHandedOver = false) : Effect;

/// <summary>
/// Outside: make the user a member of the streams' groups, and of no longer wanted ones not. When it fails the rules are told, as with all
/// effects on groups.
/// </summary>
/// <param name="Join">The groups to be in from now on.</param>
/// <param name="Leave">The groups to be in no more.</param>
/// <param name="Version">Of the set in force.</param>
public sealed record ChangeGroups(ImmutableArray<string> Join, ImmutableArray<string> Leave, int Version) : Effect;

/// <summary>Outside: join these groups whether the user is in them or not, which gives each membership a new ttl.</summary>
/// <param name="Join">The set in force, or a part of it.</param>
/// <param name="Leave">Groups that should have been left before.</param>
/// <param name="Version">Of the set in force.</param>
/// <param name="Tries">How often it was tried before, while no app is attached.</param>
public sealed record JoinGroups(ImmutableArray<string> Join, ImmutableArray<string> Leave, int Version, int Tries = 0) : Effect;

/// <summary>Outside: ask by name which memberships are there, and join those that are not.</summary>
/// <param name="Streams">The set in force.</param>
/// <param name="Witnesses">Those of it that are asked about first: when all of them are there, so are the others.</param>
/// <param name="Version">Of the set.</param>
public sealed record RestoreGroups(ImmutableArray<string> Streams, ImmutableArray<string> Witnesses, int Version) : Effect
{
    /// <summary>Which others to ask about as well, and which to join unasked: none of the witnesses there means that the service forgot them all.</summary>
    /// <param name="missing">The witnesses that are not there.</param>
    public (ImmutableArray<string> Ask, ImmutableArray<string> Join) Beyond(ImmutableArray<string> missing)
    {
        ImmutableArray<string> others = missing.IsEmpty ? [] : [.. Streams.Except(Witnesses, StringComparer.Ordinal)];
        return missing.Length == Witnesses.Length ? ([], others) : (others, []);
    }
}

/// <summary>Outside: end every group membership of the user.</summary>
/// <param name="Streams">What it may be a member of.</param>
/// <param name="Version">Of the set that is in force after it.</param>
/// <param name="Tries">How often it was tried before, while no app is attached.</param>
public sealed record LeaveAllGroups(ImmutableArray<string> Streams, int Version, int Tries = 0) : Effect;

/// <summary>Outside: put the user on its roll, or there again, which gives the membership a new ttl. When it fails the rules are told.</summary>
public sealed record JoinRoll : Effect;

/// <summary>Nothing to do but to count: evidence holds a resurrection back.</summary>
/// <param name="Reason">Which, from <see cref="Reasons"/>.</param>
/// <param name="Blame">Whose fault it is.</param>
public sealed record HeldBack(string Reason, Blame Blame) : Effect;

/// <summary>A duration worth measuring.</summary>
public sealed record Measure(Measurement What, TimeSpan Value) : Effect;

/// <summary>The durations that are measured.</summary>
public enum Measurement
{
    /// <summary>From the loss of the socket to the attach that kept the state.</summary>
    ReconnectLatency = 1,

    /// <summary>From the loss of the socket to the attach after the grace window.</summary>
    RecoveryTime = 2,

    /// <summary>How late a timer ran after its deadline.</summary>
    TimerLateness = 3,
}

/// <summary>What a connection is told when it attaches.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The app.</param>
/// <param name="State">Always <c>RUNNING</c>.</param>
/// <param name="Resumed">True for a Reconnect: subscriptions and correlation id were kept.</param>
/// <param name="Epoch">The app session's epoch.</param>
/// <param name="CorrelationId">Kept over reconnects.</param>
/// <param name="Subscriptions">The server's set, in force now.</param>
/// <param name="SubscriptionsVersion">Its version; an update must name it.</param>
/// <param name="Token">The reconnect token, when one is issued.</param>
/// <param name="Missed">Messages that the app will not get: they came while it was not attached, and found no room or a fresh start; or they can never be sent.</param>
/// <param name="Seq">Messages behind this number come on this connection.</param>
/// <param name="ReconnectGraceMs">The grace window, in milliseconds: the client's retries should fit in it.</param>
/// <param name="InitWanted">The connection is not known by name: the client should invoke <c>init</c>.</param>
public sealed record Ack(
    string SessionId,
    string PackageName,
    string State,
    bool Resumed,
    long Epoch,
    string? CorrelationId,
    ImmutableArray<string> Subscriptions,
    int SubscriptionsVersion,
    string? Token,
    int Missed,
    long Seq,
    int ReconnectGraceMs,
    bool InitWanted)
{
    /// <summary>The version of the wire that this server speaks.</summary>
    public int Version { get; init; } = Wire.Version;

    /// <summary>Whether it took over from another process, with that one's state.</summary>
    public bool TakenOver { get; init; }

    /// <summary>How long a hand-over may take, in milliseconds.</summary>
    public int HandOverMs { get; init; }
}
