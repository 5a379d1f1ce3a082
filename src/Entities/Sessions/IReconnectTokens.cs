namespace Lifecycle.Entities;

/// <summary>Issues the tokens by which an app proves that it is the one that was attached.</summary>
public interface IReconnectTokens
{
    /// <summary>A token for one reconnect; null when the keys cannot be read now. The app comes back without one, then.</summary>
    /// <param name="id">The app session that it is good for.</param>
    /// <param name="instanceId">The app process that it is good for; null for any.</param>
    /// <param name="epoch">The epoch of the attach that it is issued with.</param>
    /// <param name="life">The session's correlation id at that attach: in the next life of the same key the epochs begin anew.</param>
    string? Issue(AppSessionId id, string? instanceId, long epoch, string? life);

    /// <summary>A token by which another process takes over; null when the keys cannot be read now.</summary>
    /// <param name="id">The app session that it is good for.</param>
    /// <param name="invitation">What it is bound to.</param>
    string? IssueTakeOver(AppSessionId id, Invitation invitation);
}
