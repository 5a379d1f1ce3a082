using System.Collections.Immutable;

namespace Lifecycle.Scenarios;

/// <summary>
/// Where a scenario runs: the rules alone, the embedded runtime, later a deployment. It offers what the platform and app
/// servers can do from outside, and the faults. Everything runs on the scenario's clock.
/// </summary>
interface IWorld : IAsyncDisposable
{
    TimeProvider Time { get; }

    /// <summary>Called for every webhook.</summary>
    Func<WebhookCall, Task<WebhookReply>> Webhooks { get; set; }

    /// <summary>The <c>Retry-After</c> that an app's answers carry now, as it is sent; null for none.</summary>
    Func<string, string?> RetryAfterOf { get; set; }

    /// <summary>What an app's health URL answers now: an HTTP status, or 0 when nobody listens; null for an app that is registered without one.</summary>
    Func<string, int?> HealthOf { get; set; }

    /// <summary>Called when an app's owner is told something, each time that it is delivered.</summary>
    Action<NoticeSeen> OwnerNotices { get; set; }

    /// <summary>Whether apps are registered so that their webhooks are relayed over connections of their processes.</summary>
    bool Relays { get; set; }

    /// <summary>Called when a relayed webhook has come to its end: what it was, and what came of it. It need not have reached anybody.</summary>
    Action<WebhookCall, string> Relayed { get; set; }

    /// <summary>A process opens the connection over which webhooks are relayed, and says that it takes some; null when it cannot.</summary>
    Task<IRelaySocket?> RelayAsync(string package, string instance, IRelayEvents events);

    Task OpenAsync();

    Task RegisterAsync(string package, PolicyOverrides policy);

    /// <summary>Asks for a start. False when it is refused because the app is long away.</summary>
    Task<bool> StartAsync(AppSessionId id, bool foreground);

    Task StopAsync(AppSessionId id);

    /// <summary>Revives every session of the app that was given up.</summary>
    Task ReviveAllAsync(string package);

    /// <summary>Asks every attached app to attach anew within that time.</summary>
    Task MoveAsync(TimeSpan window);

    /// <summary>Negotiates and opens a socket.</summary>
    Task<AttachOutcome> AttachAsync(AppSessionId id, AttachAs @as, IAppSocketEvents events);

    /// <summary>What negotiate says of the time that an ack may take now; null when it takes no connections, or nobody answers.</summary>
    Task<TimeSpan?> ExpectAsync(AppSessionId id, AttachAs @as);

    /// <summary>Posts a message to an app. True when it was sent or buffered.</summary>
    Task<bool> PostAsync(AppSessionId id, string body);

    /// <summary>Sends to the group of a stream, as publishers do.</summary>
    Task PublishAsync(AppSessionId id, string stream, int number);

    /// <summary>The SignalR service forgets the group memberships of a session.</summary>
    Task ForgetGroupsAsync(AppSessionId id);

    Task<SessionSnapshot?> ReadAsync(AppSessionId id);

    /// <summary>The remembered decisions on a session; null where they cannot be seen.</summary>
    Task<History?> RecallAsync(AppSessionId id) => Task.FromResult<History?>(null);

    /// <summary>What the app's gate has counted, and whether it is in trouble.</summary>
    Task<GateSnapshot> ReadGateAsync(string package);

    /// <summary>What the instruments have counted.</summary>
    CounterBook Counters { get; }

    /// <summary>What the world's own sweeps have counted of all that has happened so far; null where nobody counts, or not of all of it.</summary>
    Task<FleetSeen?> ReadFleetAsync() => Task.FromResult<FleetSeen?>(null);

    /// <summary>Lets the endpoints take connections, or not.</summary>
    void AcceptConnections(bool accept);

    /// <summary>One of two hosts cannot reach the SignalR service as a client does, or both can.</summary>
    void BlindHost(bool blind);

    void DelayEvents(string @event, TimeSpan by);

    /// <summary>Upstream events are lost, or not any more.</summary>
    /// <param name="event">Which; <c>*</c> for all.</param>
    /// <param name="lose">Whether.</param>
    /// <param name="share">How many of them, from 0 to 1.</param>
    void LoseEvents(string @event, bool lose, double share = 1);

    void DoubleEvents(string @event, bool @double);

    /// <summary>The durable engine begins no work for a time; what it is told meanwhile waits.</summary>
    void StandStill(TimeSpan duration);

    /// <summary>Ends the host process without warning and starts it again on the same data.</summary>
    Task KillHostAsync(TimeSpan downFor);
}

/// <summary>One socket of an app server.</summary>
interface IAppSocket
{
    bool IsOpen { get; }

    /// <summary>How long its ack may take, as negotiate said.</summary>
    TimeSpan AckWithin { get; }

    /// <summary>Ends it without a word.</summary>
    Task DropAsync();

    Task SetSubscriptionsAsync(IReadOnlyList<string> streams, int version);

    Task ReleaseAsync();

    Task InitAsync(string instanceId);

    Task HandOverAsync();

    /// <summary>Says how far the handlers have come.</summary>
    Task DoneAsync(long seq, bool isLast);
}

/// <summary>The connection of one process over which webhooks are relayed.</summary>
interface IRelaySocket
{
    bool IsOpen { get; }

    /// <summary>Says again that the process takes webhooks.</summary>
    Task ReadyAsync();

    /// <summary>Says that the process is about to leave.</summary>
    Task LeavingAsync();

    /// <summary>Ends it without a word.</summary>
    Task DropAsync();
}

/// <summary>What a process sees on it.</summary>
interface IRelayEvents
{
    /// <summary>A webhook; null for no answer.</summary>
    Task<WebhookReply?> OnWebhook(WebhookCall call);

    void OnClosed(IRelaySocket socket);
}

/// <summary>What an app server says of itself when it attaches.</summary>
/// <param name="InstanceId">Its process.</param>
/// <param name="Reconnect">The hint.</param>
/// <param name="Token">The reconnect token.</param>
/// <param name="LastSeq">The last message that it handled.</param>
/// <param name="Attempt">Which try it is since it was attached last.</param>
/// <param name="ConnectRefused">An earlier try could not open a socket.</param>
/// <param name="Version">The version of the wire that it speaks; 0 when it does not say.</param>
/// <param name="TakeOver">The take-over token.</param>
/// <param name="IsBlocked">No socket gets through from where it is, whatever the endpoints do.</param>
sealed record AttachAs(
    string InstanceId, bool? Reconnect, string? Token = null, long? LastSeq = null, int? Attempt = null, bool ConnectRefused = false, bool IsBlocked = false,
    int Version = 0, string? TakeOver = null);

/// <summary>What came of a try to attach.</summary>
/// <param name="Socket">The socket; null when there is none.</param>
/// <param name="RetryAfter">How long it is to wait, when negotiate said so.</param>
/// <param name="ConnectRefused">Negotiate gave an address, and no socket could be opened there.</param>
sealed record AttachOutcome(IAppSocket? Socket, TimeSpan? RetryAfter = null, bool ConnectRefused = false)
{
    /// <summary>Nobody answered, or negotiate refused.</summary>
    public static AttachOutcome Nothing { get; } = new((IAppSocket?)null);

    /// <summary>No socket could be opened.</summary>
    public static AttachOutcome Refused { get; } = new(null, null, ConnectRefused: true);
}

/// <summary>What an app answers to a webhook.</summary>
/// <param name="Status">The HTTP status, or 0 when nobody listens.</param>
/// <param name="HeldBy">The process that holds the session, if it says so.</param>
/// <param name="Leaving">The process that answered, when it is about to leave.</param>
/// <param name="RetryAfter">The <c>Retry-After</c> that goes with a relayed answer, as it is sent.</param>
sealed record WebhookReply(int Status, string? HeldBy = null, string? Leaving = null, string? RetryAfter = null);

/// <summary>What an app server sees on a socket.</summary>
interface IAppSocketEvents
{
    void OnAck(IAppSocket socket, AckSeen ack);

    void OnSubscriptions(IAppSocket socket, bool accepted, ImmutableArray<string> streams, int version);

    void OnMessage(IAppSocket socket, long seq, string body);

    void OnPublished(IAppSocket socket, string stream, int number);

    void OnSuperseded(IAppSocket socket, bool handedOver)
    {
    }

    void OnTell(IAppSocket socket)
    {
    }

    void OnMove(IAppSocket socket, TimeSpan after)
    {
    }

    void OnClosed(IAppSocket socket, string? reason);
}

sealed record AckSeen(
    bool Resumed, ImmutableArray<string> Subscriptions, int Version, string? Token = null, long Seq = 0, bool InitWanted = false);

sealed record WebhookCall(string Type, AppSessionId Id, string WebhookId, string RunId, int Attempt)
{
    /// <summary>The take-over token, when there is one.</summary>
    public string? TakeOver { get; init; }

    /// <summary>The process that held the session, and the one that leaves it: of a relayed webhook, that is put to a process of choice.</summary>
    public (string? Holder, string? Leaving) Processes { get; init; }
}

sealed record GateSnapshot(GateTally Tally, bool HasIncident);

sealed record SessionSnapshot(AppState State, SessionTally Tally, ImmutableArray<TrailStep> Trail, SubscriptionSet Subscriptions);

/// <summary>What <c>GET /api/fleet</c> counted.</summary>
sealed record FleetSeen(int Graces, int Reconnects, int Resurrections, int False);
