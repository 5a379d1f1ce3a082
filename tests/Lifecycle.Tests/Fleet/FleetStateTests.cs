using System.Text.Json;

namespace Lifecycle.Tests.Fleet;

public sealed class FleetStateTests
{
    static readonly TimeSpan period = TimeSpan.FromSeconds(30);

    static FleetSample Sweep(int number, FleetFlow flow = default) => new()
    {
        At = Walk.Start + (number * period),
        After = Walk.Start + ((number - 1) * period),
        Until = Walk.Start + (number * period),
        Flow = flow,
        Latencies = Latencies.Of(Enumerable.Repeat(TimeSpan.FromSeconds(1), flow.Reconnects)),
        LateMs = number,
    };

    static FleetState After(int sweeps, FleetFlow flow) => Enumerable.Range(0, sweeps).Aggregate(FleetState.Unknown, (state, number) => state.Swept(Sweep(number, flow)));

    [Fact]
    public void Swept_ForADay_RemembersAnHourOfSweeps()
    {
        var state = After(2_880, new FleetFlow(4, 3, 2, 1, 0));
        Assert.Equal(FleetState.MostPoints, state.Points.Length);
        Assert.Equal(Sweep(2_879).At, state.Points[^1].At);
        Assert.Equal(period, state.Points[1].At - state.Points[0].At);
    }

    [Fact]
    public void Lately_ForADay_IsOfTheLastFifteenToTwentyMinutes()
    {
        for (var sweeps = 40; sweeps < 140; sweeps++)
        {
            var lately = After(sweeps, new FleetFlow(4, 3, 2, 1, 0)).Lately()!;
            var counted = (int)((lately.Until - lately.After) / period);
            Assert.InRange((lately.Until - lately.After).TotalMinutes, 15, 20);
            Assert.Equal(new FleetFlow(4 * counted, 3 * counted, 2 * counted, counted, 0), lately.Flow);
            Assert.Equal(3 * counted, lately.Latencies.Counts[1]);
        }
    }

    [Fact]
    public void Lately_AfterAPauseOfTheSweeps_SaysNothingOfTheTimeBefore()
    {
        var state = After(30, new FleetFlow(4, 3, 2, 1, 0)).Swept(Sweep(100, new FleetFlow(1, 0, 0, 0, 0)));
        Assert.Equal((new FleetFlow(1, 0, 0, 0, 0), period), (state.Lately()!.Flow, state.Lately()!.Until - state.Lately()!.After));
    }

    // A signal can come twice; and two instances can sweep at the same time, for a moment.
    [Fact]
    public void Swept_BySomebodyElseAsWell_CountsOnce()
    {
        var flow = new FleetFlow(4, 3, 2, 1, 0);
        var state = After(3, flow);
        Assert.Equal(state, state.Swept(Sweep(2, flow)));
        Assert.Equal(state, state.Swept(Sweep(1, flow)));
        var overlapping = state.Swept(Sweep(3, flow) with { After = Sweep(2).After.AddSeconds(1) });
        Assert.Equal((4, default), (overlapping.Points.Length, overlapping.Points[^1].Flow));
        Assert.Equal(state.Lately(), overlapping.Lately());
    }

    // What only the second of two sweeps had seen was in neither: the next one counted from where that ended.
    [Fact]
    public void Swept_BySomebodyElseAsWell_LeavesWhatOnlyThatOneSawToTheNext()
    {
        var state = After(3, new FleetFlow(4, 3, 2, 1, 0));
        var overlapping = state.Swept(Sweep(3) with { After = Sweep(2).After.AddSeconds(1) });
        Assert.Equal((state.CountedUntil, Sweep(3).At), (overlapping.CountedUntil, overlapping.Last!.At));
        var next = overlapping.Swept(Sweep(4, new FleetFlow(1, 0, 0, 0, 0)) with { After = overlapping.CountedUntil!.Value });
        Assert.Equal((Sweep(4).Until, 13), (next.CountedUntil, next.Lately()!.Flow.Graces));
    }

    [Fact]
    public void Equals_OfAnotherSweepAtTheSameTime_IsFalse()
    {
        var state = After(3, default);
        Assert.NotEqual(state, state with { Last = state.Last! with { Waiting = 7 } });
        Assert.NotEqual(state, state with { Last = state.Last! with { Apps = [new AppCounts("com.example.app", StateCounts.None)] } });
        Assert.Equal(state, state with { Last = state.Last! with { Apps = [] } });
    }

    [Fact]
    public void WorstLateMs_IsOfTheTimeOfTheRates()
    {
        Assert.Equal(0, FleetState.Unknown.WorstLateMs());
        Assert.Equal(29, After(30, default).WorstLateMs());
        Assert.Equal(100, After(30, default).Swept(Sweep(100)).WorstLateMs());
    }

    [Fact]
    public void Seen_OfManyIncidents_NamesTheNewest()
    {
        var open = Enumerable.Range(0, 30).Select(n => IncidentOf($"com.example.app{n:00}", n)).ToList();
        var state = FleetState.Unknown.Seen(FleetIncidents.Of(open));
        Assert.Equal((FleetIncidents.MostNamed, 30 - FleetIncidents.MostNamed, "com.example.app29"), (state.Incidents.Length, state.MoreIncidents, state.Incidents[0].PackageName));
        Assert.True(state.Knows(FleetIncidents.Of(open)));
        Assert.False(state.Knows(FleetIncidents.Of([])));
        Assert.False(state.Knows(FleetIncidents.Of([.. open.Skip(1)])));
        Assert.True(FleetState.Unknown.Knows(FleetIncidents.Of([])));
    }

    // Azure Storage moves what is larger than some 30,000 characters out of its rows.
    [Fact]
    public void State_OfTheLargestFleet_StaysSmall()
    {
        var counts = StateCounts.Of([.. Enumerable.Repeat(999_999, AppStates.All.Count)]);
        string Long(int number) => $"{number:000}{new string('x', Identifiers.MaxLength - 3)}";
        var count = new FleetCount(Walk.Start, null);
        for (var app = 0; app < 300; app++)
        {
            foreach (var state in AppStates.All.Where(state => state != AppState.None))
            {
                count.Add(new AppSessionId("s1", Long(app)), Walk.In(state), Walk.Start);
            }
        }

        var latencies = Latencies.Of(Enumerable.Range(0, 20_000).Select(n => TimeSpan.FromMilliseconds(10 + (n * 100))));
        var named = count.Sample(Walk.Start, 9_999, 999_999) with { States = counts, Others = counts, Flow = new(9_999, 9_999, 9_999, 9_999, 9_999), Latencies = latencies };
        var fleet = FleetState.Unknown.Seen(FleetIncidents.Of([.. Enumerable.Range(0, 50).Select(n => IncidentOf(Long(n), n))]));
        for (var sweep = 0; sweep < 150; sweep++)
        {
            fleet = fleet.Swept(named with { At = Sweep(sweep).At, After = Sweep(sweep).After, Until = Sweep(sweep).Until, LateMs = 999_999 });
        }

        Assert.InRange(JsonSerializer.Serialize(fleet).Length, 20_000, 40_000);
        Assert.Equal(fleet, JsonSerializer.Deserialize<FleetState>(JsonSerializer.Serialize(fleet)));
    }

    [Fact]
    public void State_OfAQuietFleet_IsSmallerStill()
    {
        var count = new FleetCount(Walk.Start, null);
        for (var session = 0; session < 10_000; session++)
        {
            count.Add(new AppSessionId($"s{session}", $"com.example.app{session % 40:00}"), Walk.In(session % 50 == 0 ? AppState.Backoff : AppState.Running), Walk.Start);
        }

        var sample = count.Sample(Walk.Start, 5_000, 0) with { Flow = new(12, 11, 1, 0, 0) };
        var fleet = Enumerable.Range(0, 150).Aggregate(
            FleetState.Unknown, (state, sweep) => state.Swept(sample with { At = Sweep(sweep).At, After = Sweep(sweep).After, Until = Sweep(sweep).Until }));
        Assert.InRange(JsonSerializer.Serialize(fleet).Length, 1, 16_000);
    }

    static FleetIncident IncidentOf(string package, int number) => new(package, new Incident
    {
        Id = $"inc{number:x16}",
        Cause = IncidentCause.Unreachable,
        BeganAt = Walk.Start,
        OpenedAt = Walk.Start.AddSeconds(number),
        OwnerToldAt = Walk.Start,
        EvictedFor = Reasons.HorizonOver,
        LastOutcome = "name_service",
        Probes = 9_999,
        Evicted = 9_999,
    });
}
