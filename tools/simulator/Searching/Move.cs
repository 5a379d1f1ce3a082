namespace Lifecycle.Simulator.Searching;

/// <summary>What can happen to one session. Whatever comes by itself stands first, in the order in which it comes when all is well.</summary>
enum MoveKind
{
    Deliver = 1,
    Answer,
    Notice,
    Leave,
    Connect,
    Begin,
    Init,
    Sweep,
    Drop,
    Die,
    Restart,
    AnswerBadly,
    Start,
    Stop,
    Away,
    Post,
    HandOver,
    Release,
    Lose,
    Double,
    Crash,
    Redo,
    Unlook,
    Blind,
}

/// <summary>One thing that can happen to a session, whatever the other one and the gate do.</summary>
/// <param name="Kind">What.</param>
/// <param name="Of">To what: an item, a connection, a process or an answer.</param>
/// <param name="To">The session after it, by number.</param>
/// <param name="Broken">What it breaks; null for nothing.</param>
readonly record struct Move(MoveKind Kind, int Of, int To, string? Broken = null)
{
    /// <summary>Whether it comes before time passes, unless everything stands still.</summary>
    public bool IsUrgent => Kind <= MoveKind.Answer;
}
