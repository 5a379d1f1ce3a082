namespace Lifecycle.Local.Durable;

/// <summary>Wakes one thread that sleeps. It never spins: on few cores a thread that spins keeps from work those who would wake it.</summary>
sealed class Bell
{
    readonly object gate = new();
    bool rung;

    /// <summary>Wakes the thread; one that does not sleep yet will not.</summary>
    public void Ring()
    {
        lock (gate)
        {
            rung = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Sleeps until it rings, or has rung since it woke somebody last.</summary>
    public void Wait()
    {
        lock (gate)
        {
            while (!rung)
            {
                Monitor.Wait(gate);
            }

            rung = false;
        }
    }
}
