namespace Lifecycle.Sdk;

/// <summary>The codes of a <see cref="RefusedAttempt"/>; those of the wire are written as there.</summary>
public static class RefusalCode
{
    /// <summary>The reconnect token is damaged, not Lifecycle's, or its key is gone; tried at once without it.</summary>
    public const string ReconnectTokenInvalid = "reconnect_token_invalid";

    /// <summary>The reconnect token is too old; tried at once without it.</summary>
    public const string ReconnectTokenExpired = "reconnect_token_expired";

    /// <summary>The reconnect token is of another session, package or process; tried at once without it.</summary>
    public const string ReconnectTokenMismatch = "reconnect_token_mismatch";

    /// <summary>The reconnect token was used before, or is of an earlier attach; tried at once without it.</summary>
    public const string StaleToken = "stale_token";

    /// <summary>The take-over token is damaged, not Lifecycle's, or its key is gone; tried at once without it.</summary>
    public const string TakeOverTokenInvalid = "take_over_token_invalid";

    /// <summary>The take-over token is too old; tried at once without it.</summary>
    public const string TakeOverTokenExpired = "take_over_token_expired";

    /// <summary>The take-over token is of another session or package; tried at once without it.</summary>
    public const string TakeOverTokenMismatch = "take_over_token_mismatch";

    /// <summary>Lifecycle heard of this connection after a newer one had attached.</summary>
    public const string StaleConnect = "stale_connect";

    /// <summary>
    /// The connection stands, but its ack is late. It is kept; Lifecycle is asked how far it is behind, and <see cref="RefusedAttempt.RetryIn"/>
    /// tells how long the session waits on.
    /// </summary>
    public const string AckLate = "ack_late";

    /// <summary>The connection opened and no ack came, however long Lifecycle was said to take; where it says nothing, <see cref="AppServerOptions.AckTimeout"/> counts.</summary>
    public const string NoAck = "no_ack";

    /// <summary>No connection within the time for one attempt.</summary>
    public const string Timeout = "timeout";

    /// <summary>Nobody could be reached.</summary>
    public const string Network = "network";

    /// <summary>The connection was closed before the ack, without a reason that is known here.</summary>
    public const string Closed = "closed";

    /// <summary>429: too many requests.</summary>
    public const string TooManyRequests = "http_429";

    /// <summary>503: not available now.</summary>
    public const string Unavailable = "http_503";

    /// <summary>503: the durable engine is too far behind to take more connections; tried when Retry-After is over.</summary>
    public const string EngineBusy = "engine_busy";

    /// <summary>
    /// 503: the SignalR service takes no connections now. Tried when Retry-After is over, at most a second later
    /// (<see cref="ReconnectSchedule.NextInSlot"/>), for as long as it lasts: it is no failure, and makes no later wait longer.
    /// </summary>
    public const string ServiceAway = "service_away";

    /// <summary>The connection stands, but Lifecycle refused the set of streams that the app wants; it is asked again.</summary>
    public const string SubscriptionsRefused = "subscriptions_refused";

    internal static string Http(int status) => $"http_{status}";
}
