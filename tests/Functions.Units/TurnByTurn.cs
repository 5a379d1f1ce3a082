namespace Lifecycle.Functions.Units;

/// <summary>
/// One thread, on which what goes on after a wait goes on when the test lets it: so it can be told from what the call did itself, and
/// whether a call has ended is no matter of luck.
/// </summary>
sealed class TurnByTurn : SynchronizationContext
{
    readonly Queue<(SendOrPostCallback Turn, object? State)> turns = new();

    /// <summary>Runs a test on it.</summary>
    public static void Run(Action<TurnByTurn> test)
    {
        var (before, turns) = (Current, new TurnByTurn());
        SetSynchronizationContext(turns);
        try
        {
            test(turns);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => turns.Enqueue((d, state));

    /// <summary>Lets go on what can.</summary>
    public void RunAll()
    {
        while (turns.TryDequeue(out var next))
        {
            next.Turn(next.State);
        }
    }
}
