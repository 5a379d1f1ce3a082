namespace Lifecycle.Tests.Truth;

/// <summary>A clock and what is to happen by it, one thing at a time: what is due at the same time happens in the order in which it was planned.</summary>
sealed class Simulation(DateTimeOffset start)
{
    readonly DateTimeOffset start = start;
    readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> agenda = new();
    long planned;

    public DateTimeOffset Now { get; private set; } = start;

    public TimeSpan Elapsed => Now - start;

    /// <summary>Plans something for a time; what would be in the past happens next.</summary>
    public void At(DateTimeOffset time, Action action) => agenda.Enqueue(action, (time > Now ? time : Now, planned++));

    public void After(TimeSpan wait, Action action) => At(Now + wait, action);

    public void RunUntil(DateTimeOffset end)
    {
        while (agenda.TryPeek(out _, out var next) && next.At <= end)
        {
            var action = agenda.Dequeue();
            Now = next.At;
            action();
        }

        Now = end;
    }
}
