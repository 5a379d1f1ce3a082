namespace Lifecycle.Local.Durable;

/// <summary>How the engine's timers behave.</summary>
public enum DurableTiming
{
    /// <summary>What is scheduled runs when it is due.</summary>
    Exact = 0,

    /// <summary>
    /// As the Azure Storage provider was measured: delays truncated to whole seconds, signals up to 100 ms early or a polling
    /// interval late, timers up to a second early, activities run twice now and then, work in flight redone 20 s (activities) or 60 s (all else) after a restart.
    /// </summary>
    AzureStorage = 1,
}

/// <summary>Options of the durable engine.</summary>
public sealed record DurableOptions
{
    /// <summary>How timers behave. Default exact.</summary>
    public DurableTiming Timing { get; init; } = DurableTiming.Exact;

    /// <summary>Seeds what is random in Azure Storage timing. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Entities and orchestrations at work at once; at least 1. Default 64.</summary>
    public int MaxConcurrentTurns { get; init; } = 64;

    /// <summary>Activities at work at once; at least 1. Default 256: they wait for the network.</summary>
    public int MaxConcurrentActivities { get; init; } = 256;

    /// <summary>
    /// In Azure Storage timing: how long after a restart what entities and orchestrations had in flight is redone. It is the
    /// <c>controlQueueVisibilityTimeout</c> of host.json; default 60 s, which is also the least that the official host takes.
    /// </summary>
    public TimeSpan TurnsRedoneAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// In Azure Storage timing: how long after a restart activities in flight are redone. It is the
    /// <c>workItemQueueVisibilityTimeout</c> of host.json; default 20 s.
    /// </summary>
    public TimeSpan ActivitiesRedoneAfter { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// In Azure Storage timing: the median time from a signal's commit to its execution; all other ways are in proportion (<see cref="HopLatency"/>).
    /// Default none.
    /// </summary>
    public TimeSpan EngineLatency { get; init; }

    /// <summary>How many work items per second begin, of all kinds; 0 for as many as there are. Default 0.</summary>
    public double EngineCapacity { get; init; }

    /// <summary>In Azure Storage timing: one activity in so many runs twice; 0 for never. Default 50.</summary>
    public int DoubleActivityOneIn { get; init; } = 50;
}
