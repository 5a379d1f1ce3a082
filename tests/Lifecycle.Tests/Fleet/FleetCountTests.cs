namespace Lifecycle.Tests.Fleet;

/// <summary>What a sweep counts of sessions that the rules have brought where they are.</summary>
public sealed class FleetCountTests
{
    const double Sweep = 60_000;

    static readonly WebhookResult accepted = WebhookResult.FromStatus(202);

    // Of a sweep at a minute, whose window begins with the first moment.
    static FleetSample Of(params AppSession[] sessions)
    {
        var at = Walk.Start.AddMilliseconds(Sweep);
        var count = new FleetCount(at, Walk.Start.AddTicks(-1));
        foreach (var (index, session) in sessions.Index())
        {
            count.Add(new AppSessionId($"s{index}", Walk.Id.PackageName), session, at);
        }

        return count.Sample(at.AddSeconds(2), asked: 3, left: 4);
    }

    static FleetFlow FlowOf(AppSession session) => Of(session).Flow;

    static Connected Back(string connection, double atMs, string instance = "i1") => new(connection, instance, NegotiatedAt: Walk.Start.AddMilliseconds(atMs));

    [Fact]
    public void Flow_OfASocketThatCameBack_IsAGraceAndAReconnect()
    {
        var session = Walk.InGrace().On(Back("c2", 3_000), 3_000);
        Assert.Equal(new FleetFlow(1, 1, 0, 0, 0), FlowOf(session));
        Assert.InRange(Of(session).Latencies.At(1)!.Value, 1_760, 2_240);
    }

    [Fact]
    public void Flow_OfAnAppThatIsAskedFor_IsAResurrection()
    {
        var session = Walk.Resurrecting().Answered(accepted, 11_000).On(Back("c2", 12_000, "i2"), 12_000);
        Assert.Equal(AppState.Running, session.State);
        Assert.Equal(new FleetFlow(1, 0, 1, 1, 0), FlowOf(session));
        Assert.Empty(Of(session).Latencies.Counts);
    }

    [Fact]
    public void Flow_OfAProcessThatHadLived_IsAFalseResurrection()
    {
        var session = Walk.Resurrecting().Answered(accepted, 11_000).On(Back("c2", 12_000), 12_000);
        Assert.Equal((AppState.Running, 1), (session.State, session.Tally.FalseResurrections));
        Assert.Equal(new FleetFlow(1, 0, 1, 1, 1), FlowOf(session));
    }

    [Fact]
    public void Flow_OfAnAppThatSaysItHoldsTheSession_IsAFalseResurrectionAndAnotherGrace()
    {
        var session = Walk.Resurrecting().Answered(accepted with { HeldBy = "i1" }, 11_000);
        Assert.Equal((AppState.GracePeriod, 1), (session.State, session.Tally.FalseResurrections));
        Assert.Equal(new FleetFlow(2, 0, 1, 1, 1), FlowOf(session));
    }

    [Fact]
    public void Flow_OfASessionThatWasGivenUp_IsAResurrectionThatWokeNobody() =>
        Assert.Equal(new FleetFlow(1, 0, 1, 0, 0), FlowOf(Walk.In(AppState.Evicted)));

    [Fact]
    public void Flow_OfAStart_IsNone()
    {
        Assert.Equal(default, FlowOf(Walk.Running()));
        var evicted = AppSession.None.On(new StartRequested()).Attempted(1_000).Answered(WebhookResult.FromStatus(410), 2_000);
        Assert.Equal(AppState.Evicted, evicted.State);
        Assert.Equal(default, FlowOf(evicted));
    }

    // A sweep would otherwise miss what was decided and not yet stored when it read the session.
    [Fact]
    public void Flow_OfWindowsThatFollowEachOther_CountsEveryTransitionOnce()
    {
        var session = Walk.Resurrecting().Answered(accepted, 11_000).On(Back("c2", 12_000), 12_000);
        for (var period = 1_000; period < 20_000; period += 700)
        {
            var (sum, counted, latencies) = (default(FleetFlow), (DateTimeOffset?)Walk.Start.AddTicks(-1), Latencies.None);
            for (var at = Walk.Start.AddSeconds(6); at < Walk.Start.AddSeconds(60); at = at.AddMilliseconds(period))
            {
                var count = new FleetCount(at, counted);
                count.Add(Walk.Id, session, at);
                var sample = count.Sample(at, 0, 0);
                (sum, counted, latencies) = (sum + sample.Flow, sample.Until, latencies.With(sample.Latencies));
            }

            Assert.Equal(FlowOf(session), sum);
            Assert.Equal(Of(session).Latencies, latencies);
        }
    }

    [Fact]
    public void Flow_OfSessionsThatAreForgotten_IsNeverNegative()
    {
        var state = FleetState.Unknown;
        foreach (var sessions in new AppSession[][] { [Walk.InGrace(), Walk.Resurrecting()], [Walk.Running()], [] })
        {
            state = state.Swept(Of(sessions) with { At = Walk.Start.AddSeconds(state.Points.Length) });
            Assert.All(state.Points, point => Assert.True(point.Flow is { Graces: >= 0, Reconnects: >= 0, Resurrections: >= 0, Woken: >= 0, False: >= 0 }));
        }
    }

    [Fact]
    public void Sample_OfAllStates_CountsThemByStateAndApp()
    {
        var sample = Of([.. AppStates.All.Where(state => state != AppState.None).Select(Walk.In), Walk.Running()]);
        Assert.Equal(11, sample.States.Total);
        Assert.Equal(2, sample.States.In(AppState.Running));
        Assert.Equal(10, sample.States.ByName().Count);
        Assert.Equal(new AppCounts(Walk.Id.PackageName, sample.States), Assert.Single(sample.Apps));
        Assert.Equal((Walk.Start.AddMilliseconds(Sweep), 2_000, 3, 4), (sample.At, sample.TookMs, sample.Asked, sample.Left));
    }

    [Fact]
    public void Sample_OfManyApps_NamesTheLargestAndSumsTheRest()
    {
        var count = new FleetCount(Walk.Start, null);
        for (var app = 1; app <= 150; app++)
        {
            for (var session = 0; session < app; session++)
            {
                count.Add(new AppSessionId($"s{session}", $"com.example.app{app:000}"), Walk.Running(), Walk.Start);
            }
        }

        var sample = count.Sample(Walk.Start, 0, 0);
        Assert.Equal((100, 50), (sample.Apps.Length, sample.OtherApps));
        Assert.Equal(("com.example.app150", "com.example.app051"), (sample.Apps[0].PackageName, sample.Apps[^1].PackageName));
        Assert.Equal((50 * 51 / 2, 150 * 151 / 2), (sample.Others.Total, sample.States.Total));
    }

    [Fact]
    public void Sample_OfTimersThatDidNotRun_SaysHowLateTheWorstIs()
    {
        Assert.Equal(53_000, Of(Walk.InGrace()).LateMs); // due at 7 s
        Assert.Equal(0, Of(Walk.Running()).LateMs);
    }

    [Fact]
    public void Sample_OfOutboxes_SaysHowManyRecordsWaitAndHowOldTheOldestIs()
    {
        var count = new FleetCount(Walk.Start.AddMinutes(1), null);
        OutboxRecord Made(double atMs) => new(OutboxDestination.Events, 1, "e", Walk.Start.AddMilliseconds(atMs), "{}");
        count.Add(Outbox.Empty);
        count.Add(Outbox.Empty with { Records = [Made(20_000), Made(30_000)] });
        count.Add(Outbox.Empty with { Records = [Made(10_000)] });
        var sample = count.Sample(Walk.Start.AddMinutes(1), 0, 0);
        Assert.Equal((3, 50_000), (sample.Waiting, sample.OldestMs));
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData(40.0, 15)]
    [InlineData(-3_600.0, 900)]
    [InlineData(58.0, 30)]
    public void Window_OfASweep_GoesOnWhereTheLastOneEnded(double? countedAtSeconds, double lengthSeconds)
    {
        var sample = new FleetCount(Walk.Start.AddSeconds(60), countedAtSeconds is { } at ? Walk.Start.AddSeconds(at) : null).Sample(Walk.Start, 0, 0);
        Assert.Equal((Walk.Start.AddSeconds(55), lengthSeconds), (sample.Until, (sample.Until - sample.After).TotalSeconds));
    }
}
