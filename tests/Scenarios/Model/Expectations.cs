namespace Lifecycle.Scenarios;

/// <summary>What must hold. Absent means: not looked at.</summary>
public sealed record Expectations
{
    /// <summary>How many app sessions are in which state at the end, by wire name; states not named must have none.</summary>
    public IReadOnlyDictionary<string, int>? States { get; init; }

    /// <summary>How many resurrection webhooks went out in all.</summary>
    public RangeModel? ResurrectionWebhooks { get; init; }

    /// <summary>How many start webhooks went out in all.</summary>
    public RangeModel? StartWebhooks { get; init; }

    public RangeModel? FalseResurrections { get; init; }

    /// <summary>How many hand-over webhooks went out in all.</summary>
    public RangeModel? HandOverWebhooks { get; init; }

    /// <summary>The most webhooks of any kind but starts that one session got.</summary>
    public RangeModel? WebhooksPerSession { get; init; }

    /// <summary>Attaches of another process with the state of the one before.</summary>
    public RangeModel? TakeOvers { get; init; }

    /// <summary>Messages that were taken and that no process handled.</summary>
    public RangeModel? MessagesUnhandled { get; init; }

    /// <summary>Messages that two processes were at, while both lived and answered.</summary>
    public RangeModel? MessagesShared { get; init; }

    /// <summary>From the first message that a deaf app had to its being replaced, the slowest.</summary>
    public RangeModel? DeafReplacedMs { get; init; }

    /// <summary>How often owners were told that an app is deaf.</summary>
    public RangeModel? DeafNotices { get; init; }

    /// <summary>Attaches to a process other than the one that held the session, while that one lived.</summary>
    public RangeModel? MovedSessions { get; init; }

    /// <summary>The 95th percentile of the same as <see cref="RecoveryP50Ms"/>.</summary>
    public RangeModel? RecoveryP95Ms { get; init; }

    /// <summary>From the endpoints being back to the first resurrection webhook.</summary>
    public RangeModel? FirstWebhookAfterMs { get; init; }

    /// <summary>From the host being back to the first resurrection webhook after that.</summary>
    public RangeModel? FirstWebhookAfterHostMs { get; init; }

    /// <summary>When the first resurrection webhook went out.</summary>
    public RangeModel? FirstWebhookAtMs { get; init; }

    /// <summary>The most negotiates in one second from the first loss of sockets on, as a multiple of their mean until all are back.</summary>
    public RangeModel? NegotiatePeak { get; init; }

    /// <summary>Resurrection webhooks to apps that are not named here.</summary>
    public string[]? OnlyResurrected { get; init; }

    /// <summary>Attaches that kept the state, over all sessions.</summary>
    public RangeModel? Reconnects { get; init; }

    /// <summary>Attaches that started clean, over all sessions.</summary>
    public RangeModel? Connects { get; init; }

    /// <summary>How often apps tried to attach, in all: what retries offer beyond what is needed.</summary>
    public RangeModel? Attempts { get; init; }

    public RangeModel? GraceWindows { get; init; }

    public RangeModel? StaleEvents { get; init; }

    /// <summary>From the last disturbance of a session (or its app being up again) to its attach, median over the sessions.</summary>
    public RangeModel? RecoveryP50Ms { get; init; }

    /// <summary>The same, the slowest.</summary>
    public RangeModel? RecoveryMaxMs { get; init; }

    /// <summary>The slowest of the sessions that somebody looks at.</summary>
    public RangeModel? ForegroundRecoveryMaxMs { get; init; }

    /// <summary>Webhooks in all, as the apps saw them.</summary>
    public RangeModel? Webhooks { get; init; }

    /// <summary>Webhooks to an app that could serve nobody.</summary>
    public RangeModel? WebhooksWhileDown { get; init; }

    /// <summary>Webhooks after the first hour of the scenario.</summary>
    public RangeModel? WebhooksAfterFirstHour { get; init; }

    /// <summary>The most webhooks of one session in the first hour of the scenario, starts included.</summary>
    public RangeModel? WebhooksPerSessionInFirstHour { get; init; }

    /// <summary>How often a breaker opened.</summary>
    public RangeModel? BreakersOpened { get; init; }

    /// <summary>How often owners were told that an app does not stay up.</summary>
    public RangeModel? CrashLoopNotices { get; init; }

    /// <summary>The most resurrection webhooks within any one second.</summary>
    public RangeModel? WebhooksPerSecond { get; init; }

    /// <summary>The most webhooks of any kind within any one second, starts included.</summary>
    public RangeModel? AllWebhooksPerSecond { get; init; }

    /// <summary>How often owners were told that an app is unreachable.</summary>
    public RangeModel? UnreachableNotices { get; init; }

    /// <summary>How often owners were told that an app lives and cannot attach.</summary>
    public RangeModel? UnattachedNotices { get; init; }

    /// <summary>How often owners were told that an app is back.</summary>
    public RangeModel? RecoveredNotices { get; init; }

    /// <summary>Operations on the entity of the app, per session, starts included.</summary>
    public RangeModel? GateOperationsPerSession { get; init; }

    /// <summary>Starts that were refused at once, because the app is long away.</summary>
    public RangeModel? StartsRefused { get; init; }

    /// <summary>Webhook ids that were used for more than one attempt, or attempts that were sent under two ids.</summary>
    public RangeModel? WebhookIdConflicts { get; init; }

    /// <summary>The states that every session went through, in this order.</summary>
    public string[]? Path { get; init; }

    /// <summary>Whether server and app agree on the subscriptions at the end.</summary>
    public bool SubscriptionsEqual { get; init; }

    /// <summary>How often they did not a second after an ack, over all sessions.</summary>
    public RangeModel? Disagreements { get; init; }

    /// <summary>How many messages were posted and taken, over all sessions.</summary>
    public RangeModel? MessagesTaken { get; init; }

    /// <summary>Whether every app has handled every message that was taken, once and in order.</summary>
    public bool MessagesExact { get; init; }

    /// <summary>What publishers sent to attached, subscribed apps, right after every ack and at each publish, and was not heard.</summary>
    public RangeModel? Unheard { get; init; }

    /// <summary>How much they sent, so that nothing unheard says something.</summary>
    public RangeModel? Published { get; init; }
}
