using Lifecycle.Bench.Outages;
using Lifecycle.Bench.Outages.Playing;
using Lifecycle.Bench.Outages.Strategies;
using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Rigs;

/// <summary>Plays an outage trace against the rules alone, which stand for every operation of the deployed app, and counts who is told what.</summary>
sealed class OutageRules
{
    readonly TimeProvider time;
    readonly DateTimeOffset outageAt;
    readonly DateTimeOffset upAt;
    readonly HashSet<AppSessionId> cameBack = [];
    readonly HashSet<AppSessionId> told = [];
    long operations;

    OutageRules(OutageTrace trace, TimeProvider time)
    {
        this.time = time;
        outageAt = time.GetUtcNow().AddMilliseconds(trace.OutageMs);
        upAt = time.GetUtcNow().AddMilliseconds(trace.UpMs!.Value);
    }

    /// <summary>Plays it and counts.</summary>
    public static OutageCosts Play(OutageTrace trace) => TracePlayer.Run(trace.Name, async time =>
    {
        await using var world = new RulesWorld(time, EngineTiming.Exact, trace.Seed) { Remembers = false };
        var counting = new OutageRules(trace, time);
        world.Operations = counting.Operated;
        await world.OpenAsync();
        var result = await TracePlayer.PlayAsync(trace, Contender.Lifecycle.Name, new LifecycleStrategy(world), time);
        double sessions = trace.Sessions;
        return new OutageCosts(
            result, counting.operations / sessions, counting.told.Except(counting.cameBack).Count() / sessions, counting.cameBack.Count / sessions);
    });

    void Operated(AppSessionId? session, object @event)
    {
        var now = time.GetUtcNow();
        operations += now >= outageAt ? 1 : 0;
        if (session is { } id && now > upAt && now <= upAt.AddSeconds(1))
        {
            (@event is Connected ? cameBack : told).Add(id);
        }
    }
}

/// <summary>What an outage costs.</summary>
/// <param name="Result">What came of it.</param>
/// <param name="Operations">Operations on entities of sessions and apps, from the outage's begin to the end of the trace, per session.</param>
/// <param name="Told">The share of sessions with an operation within a second after its end, but for those whose app came back by itself in that second.</param>
/// <param name="CameBack">The share of the latter.</param>
sealed record OutageCosts(OutageResult Result, double Operations, double Told, double CameBack);
