namespace Lifecycle.Simulator.Searching;

/// <summary>What can come of a session.</summary>
/// <param name="Moves">What can happen to it now; what comes by itself stands first.</param>
/// <param name="Told">What of it can arrive at the gate now, by number.</param>
/// <param name="Wait">How long it is until more is due, or until reconciliation finds something; null for neither.</param>
/// <param name="IsUrgent">Whether something arrives before time passes, unless everything stands still.</param>
/// <param name="IsAtRest">Whether it is where it can stay, and nothing comes by itself that would not be waited for.</param>
sealed record Prospect(Move[] Moves, int[] Told, TimeSpan? Wait, bool IsUrgent, bool IsAtRest);
