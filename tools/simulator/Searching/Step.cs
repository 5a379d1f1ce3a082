namespace Lifecycle.Simulator.Searching;

/// <summary>Who takes a step.</summary>
enum Mover
{
    First = 0,
    Second = 1,
    Gate = 2,
    Time = 3,
}

/// <summary>One step from a state to another.</summary>
/// <param name="Key">The state that it leads to.</param>
/// <param name="Who">Who takes it.</param>
/// <param name="Session">For the gate, whose word arrives.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Of">To what; for time, how many milliseconds.</param>
/// <param name="Exchanged">Whether the two sessions have changed places by it.</param>
/// <param name="Rank">The lower comes first when all is well; 0 for what does not come by itself.</param>
/// <param name="Broken">What it breaks; null for nothing.</param>
readonly record struct Step(ulong Key, Mover Who, int Session, MoveKind Kind, int Of, bool Exchanged, int Rank, string? Broken = null);
