namespace Lifecycle;

/// <summary>
/// The rolls: groups of the SignalR service that every user is in once. Whoever lists one sees <see cref="PageSize"/> connections with a call, and need not ask about
/// each of them. A user's membership outlives its connections, so that a reconnect costs no call.
/// </summary>
public static class Rolls
{
    /// <summary>
    /// How many there are. They are read at once, and each of them page after page. Too few: a large fleet is read for longer than the time between two sweeps; eight take 625
    /// pages in a row for a million connections. Too many: each costs a call, however few are on it, and eight are what a thousand connections cost.
    /// </summary>
    public const int Count = 8;

    /// <summary>How many connections the service lists with one call at most.</summary>
    public const int PageSize = 200;

    /// <summary>The roll that an app session is on, from 0 on.</summary>
    public static int NumberOf(AppSessionId id) => (int)(StableHash.Uniform(id, "roll", 0) * Count);

    /// <summary>The SignalR group that a roll is. None that a subscription is membership of has such a name: those have a slash.</summary>
    public static string GroupOf(int roll) => $"roll-{roll}";

    /// <summary>The SignalR group that an app session's user is to be in.</summary>
    public static string GroupOf(AppSessionId id) => GroupOf(NumberOf(id));
}
