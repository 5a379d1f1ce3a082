using Lifecycle.Bench.Outages;
using Lifecycle.Bench.Outages.Playing;
using Lifecycle.Bench.Outages.Strategies;
using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Rigs;

/// <summary>Plays an outage trace against the whole deployed app on the embedded engine, on virtual time, and counts what it writes.</summary>
static class OutageHost
{
    /// <summary>What the engine does from the outage's begin to the end of the trace, per session.</summary>
    public static Counts Play(OutageTrace trace) => TracePlayer.Run(trace.Name, async time =>
    {
        await using var world = new EmbeddedWorld(time, EngineTiming.Exact, trace.Seed);
        await world.OpenAsync();
        var playing = TracePlayer.PlayAsync(trace, Contender.Lifecycle.Name, new LifecycleStrategy(world), time);
        await Waits.Async(TimeSpan.FromMilliseconds(trace.OutageMs), time);
        var before = Counts.Of(world.Statistics);
        await playing;
        return Counts.Of(world.Statistics).Per(trace.Sessions, before);
    });
}
