namespace Lifecycle;

/// <summary>Which <c>negotiate</c> is a sign of life, and which of those an app session is told.</summary>
public static class NegotiateSigns
{
    /// <summary>How soon a client that does not count its tries has to come again, without an attach between, for that to be a second try.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(60);

    /// <summary>One sign of a session holds for so long; others within it tell nothing new.</summary>
    public static readonly TimeSpan Holds = TimeSpan.FromSeconds(2);

    /// <summary>Whether it is one. A first try is none, so a plain reconnect costs nothing.</summary>
    /// <param name="attempt">Which try it is, as the client says; null when it does not.</param>
    /// <param name="connectRefused">Whether an earlier try could not open a socket, as it says.</param>
    /// <param name="isAgain">Whether the same session negotiated within <see cref="Again"/>.</param>
    public static bool IsSign(int? attempt, bool connectRefused, bool isAgain) => connectRefused || (attempt is { } number ? number >= 2 : isAgain);

    /// <summary>Whether its process is coming back to its sessions: only one that held a session has a token of it. One that starts sessions all day comes back to none.</summary>
    /// <param name="tokenEpoch">The epoch of a reconnect token that was shown and is genuine; null without one.</param>
    public static bool IsReturn(long? tokenEpoch) => tokenEpoch is not null;

    /// <summary>Whether sessions are told. While the service is away that is evidence enough, and everybody would tell the same.</summary>
    /// <param name="sight">What is known of the service.</param>
    public static bool IsTold(ServiceSight sight) => !sight.IsAway || sight.ProvenFrom is not null;
}
