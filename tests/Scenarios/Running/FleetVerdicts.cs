using Lifecycle.Entities;
using static Lifecycle.Entities.LifecycleInstruments;

namespace Lifecycle.Scenarios;

/// <summary>Compares what the sweeps counted, of what sessions remember, with what the instruments counted when it happened.</summary>
static class FleetVerdicts
{
    /// <summary>What the sweeps counted; null where they cannot know all of it.</summary>
    public static async Task<FleetSeen?> ReadAsync(IWorld world, ScenarioReport report)
    {
        var before = Truth.Of(report.Counters);
        // Who was forgotten took along what it remembered; and of what still goes on there is no truth.
        return !report.Sessions.Any(s => s.Session is null) && await world.ReadFleetAsync() is { } seen && before == Truth.Of(report.Counters) ? seen : null;
    }

    /// <summary>What is wrong.</summary>
    public static IEnumerable<string> Check(FleetSeen seen, CounterBook counters)
    {
        var truth = Truth.Of(counters);
        return
        [
            .. Different("graces", seen.Graces, truth.Graces, truth.Graces),
            .. Different("reconnects", seen.Reconnects, truth.Reconnects, truth.Reconnects + truth.Adopted),
            .. Different("resurrections", seen.Resurrections, truth.Resurrections, truth.Resurrections),
            .. Different("false resurrections", seen.False, truth.False, truth.False),
        ];
    }

    static IEnumerable<string> Different(string what, long counted, long least, long most)
    {
        if (counted < least || counted > most)
        {
            yield return $"fleet: {what}: the sweeps counted {counted}, in truth {(least == most ? $"{least}" : $"{least} to {most}")}";
        }
    }

    sealed record Truth(long Graces, long Reconnects, long Adopted, long Resurrections, long False)
    {
        public static Truth Of(CounterBook book) => new(
            book.Sum(GracesStarted),
            book.Sum(LifecycleInstruments.Reconnects, ("reason", Reasons.Reconnect)),
            book.Sum(LifecycleInstruments.Reconnects, ("reason", Reasons.Adopted)),
            book.Sum(LifecycleInstruments.Resurrections, ("outcome", "succeeded")) + book.Sum(LifecycleInstruments.Resurrections, ("outcome", "false")) + book.Sum(LifecycleInstruments.Resurrections, ("outcome", "evicted")),
            book.Sum(FalseResurrections));
    }
}
