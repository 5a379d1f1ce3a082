namespace Lifecycle.Tests.Truth;

/// <summary>The ways of messages: each takes its time, and those to one target arrive in the order in which they were sent, but for second copies.</summary>
sealed class TruthHops(Simulation simulation, TruthSettings settings)
{
    /// <summary>The share by which a hop is longer or shorter than the usual one.</summary>
    public const double Jitter = 0.25;

    const double SecondCopyWithinMs = 2_000;

    readonly Random random = new(settings.Seed);
    readonly Dictionary<string, DateTimeOffset> lastArrivals = new(StringComparer.Ordinal);

    /// <summary>A message to a session or to the gate; the work learns whether it is done again, since only the first copy has somebody who waits.</summary>
    public void Send(string target, Action<bool> work)
    {
        var arrives = simulation.Now + Hop();
        if (lastArrivals.TryGetValue(target, out var last) && last > arrives)
        {
            arrives = last;
        }

        lastArrivals[target] = arrives;
        simulation.At(arrives, () => work(false));
        if (settings.Twice)
        {
            simulation.At(arrives.AddMilliseconds(random.NextDouble() * SecondCopyWithinMs), () => work(true));
        }
    }

    /// <summary>A message to an orchestration, or an activity that it orders. The engine does these once.</summary>
    public void Step(Action work) => simulation.After(Hop(), work);

    TimeSpan Hop() => TimeSpan.FromMilliseconds(settings.HopMs * (1 - Jitter + (2 * Jitter * random.NextDouble())));
}
