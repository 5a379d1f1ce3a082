namespace Lifecycle.Simulator.Worlds;

/// <summary>A clock in milliseconds, and what is to happen by it, one thing at a time: what is due at the same time happens in the order in which it was planned.</summary>
sealed class Agenda
{
    readonly PriorityQueue<Action, (long At, long Order)> planned = new(new Sooner());
    long order;

    /// <summary>The time, in milliseconds since the beginning.</summary>
    public long Now { get; private set; }

    /// <summary>Plans something for a time; what would be in the past happens next.</summary>
    public void At(long time, Action action) => planned.Enqueue(action, (time > Now ? time : Now, order++));

    /// <summary>Plans something for a while from now.</summary>
    public void After(long wait, Action action) => At(Now + wait, action);

    /// <summary>Does what is due until a time, for as long as it may go on.</summary>
    public void RunUntil(long end, Func<bool> goesOn)
    {
        while (planned.TryPeek(out var action, out var next) && next.At <= end && goesOn())
        {
            planned.Dequeue();
            Now = next.At;
            action();
        }

        Now = goesOn() ? end : Now;
    }

    sealed class Sooner : IComparer<(long At, long Order)>
    {
        public int Compare((long At, long Order) x, (long At, long Order) y) =>
            x.At != y.At ? x.At < y.At ? -1 : 1 : x.Order < y.Order ? -1 : x.Order > y.Order ? 1 : 0;
    }
}
