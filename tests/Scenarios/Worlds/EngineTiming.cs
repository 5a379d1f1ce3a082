using Lifecycle.Local.Durable;

namespace Lifecycle.Scenarios;

/// <summary>How the durable engine under a scenario behaves.</summary>
public enum TimingKind
{
    /// <summary>Everything runs when it is due, and takes no time.</summary>
    Exact,

    /// <summary>Timers and latencies as measured on the official host with Azure Storage, as much at once as there is.</summary>
    AzureStorage,

    /// <summary>The same at the capacity that the scenario states.</summary>
    AtCapacity,
}

/// <summary>The timing of one run of a scenario.</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Latency">The median time from a signal to its execution.</param>
/// <param name="Capacity">Work items per second; 0 for as many as there are.</param>
sealed record EngineTiming(TimingKind Kind, TimeSpan Latency, int Capacity)
{
    public static EngineTiming Exact { get; } = new(TimingKind.Exact, TimeSpan.Zero, 0);

    public bool IsAzureStorage => Kind != TimingKind.Exact;

    public DurableBackend Backend => IsAzureStorage ? DurableBackend.AzureStorage : DurableBackend.Exact;

    /// <summary>The timing of this kind in which a scenario is played.</summary>
    public static EngineTiming Of(TimingKind kind, Scenario scenario) => kind switch
    {
        TimingKind.Exact => Exact,
        TimingKind.AzureStorage => new(kind, LatencyOf(scenario), 0),
        _ => new(kind, LatencyOf(scenario), scenario.Capacity),
    };

    static TimeSpan LatencyOf(Scenario scenario) => scenario.LatencyMs is { } ms ? TimeSpan.FromMilliseconds(ms) : HopLatency.Measured;

    /// <summary>As the command's option says it.</summary>
    public static string NameOf(TimingKind kind) => kind switch
    {
        TimingKind.Exact => "exact",
        TimingKind.AzureStorage => "azure-storage",
        _ => "at-capacity",
    };

    public override string ToString() => Kind == TimingKind.AtCapacity ? $"{NameOf(Kind)} {Capacity}" : NameOf(Kind);
}
