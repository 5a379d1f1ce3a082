namespace Lifecycle.Functions.Runs;

/// <summary>What came of one attempt.</summary>
/// <param name="Found">The last look found a connection of the user: no webhook went out.</param>
/// <param name="Result">What came of the webhook; null when none went out.</param>
public sealed record Attempt(bool Found, WebhookResult? Result)
{
    /// <summary>The engine is so far behind that no app can attach: no webhook went out.</summary>
    public static Attempt EngineBusy { get; } = new(Found: false, Result: null) { Busy = true };

    /// <summary>Whether it was left alone because the engine is too far behind.</summary>
    public bool Busy { get; init; }

    /// <summary>What the canary saw, when that holds the webhook back.</summary>
    public ServiceSight? Sight { get; init; }

    /// <summary>Whether the order was carried out so late that this system was away.</summary>
    public bool Late { get; init; }

    /// <summary>The order is so old that this system was away.</summary>
    public static Attempt TooLate { get; } = new(Found: false, Result: null) { Late = true };

    /// <summary>No client can open a socket, or not for long enough.</summary>
    public static Attempt ServiceAway(ServiceSight sight) => new(Found: false, Result: null) { Sight = sight };

    /// <summary>A connection was found.</summary>
    public static Attempt OfFound { get; } = new(Found: true, Result: null);

    /// <summary>The SignalR service could not be asked.</summary>
    public static Attempt NotLooked { get; } = new(Found: false, Result: null);

    /// <summary>The webhook went out.</summary>
    public static Attempt Sent(WebhookResult result) => new(Found: false, result);
}
