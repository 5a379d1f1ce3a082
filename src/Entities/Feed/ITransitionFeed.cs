namespace Lifecycle.Entities;

/// <summary>Shows transitions to whoever looks on. A hint of what was just decided, not a record: what is told can be lost, or told twice.</summary>
public interface ITransitionFeed
{
    /// <summary>Whether anybody looks on, as far as this process knows. While nobody does nothing is told, and nothing is spent.</summary>
    bool IsWatched { get; }

    /// <summary>Somebody looks on until then, UTC. An earlier time than the one that is known changes nothing.</summary>
    void WatchUntil(DateTimeOffset until);

    /// <summary>Tells a transition. Neither waits nor throws.</summary>
    void Tell(TransitionNote note);
}

/// <summary>One transition of an app session, as it is shown.</summary>
/// <param name="At">When it was decided, UTC.</param>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The app.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Reason">Why.</param>
/// <param name="Blame">Whose fault that is, or who caused it.</param>
/// <param name="Epoch">The epoch after it.</param>
public sealed record TransitionNote(
    DateTimeOffset At, string SessionId, string PackageName, AppState From, AppState To, string Reason, Blame Blame, long Epoch);
