namespace Lifecycle.Tests.Engine;

public sealed class BacklogTests
{
    static readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static DateTimeOffset At(double seconds) => start.AddSeconds(seconds);

    static Beat Answer(double sentAt, double ranAt) => new(At(sentAt), At(ranAt));

    static Backlog Called(int times, double at)
    {
        var backlog = Backlog.Unknown;
        for (var i = 0; i < times; i++)
        {
            backlog = backlog.Called(At(at));
        }

        return backlog;
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(Backlog.Crowd - 1, false)]
    [InlineData(Backlog.Crowd, true)]
    public void Called_ByFewOrByACrowd_MeasuresOnlyForACrowd(int times, bool measures)
    {
        var backlog = Called(times, 0);
        Assert.Equal(measures, backlog.IsLookDue(At(0)));
        Assert.Equal(measures, backlog.Looked(At(0), [null, null, null]).IsPulseDue(At(0)));
    }

    [Fact]
    public void Called_ThinlySpreadOverALongTime_NeverMeasures()
    {
        var backlog = Backlog.Unknown;
        for (var i = 0; i < 1_000; i++)
        {
            backlog = backlog.Called(At(i * 0.2));
            Assert.False(backlog.IsLookDue(At(i * 0.2)));
        }
    }

    [Fact]
    public void IsPulseDue_ForALongLastingCrowd_OncePerIntervalAndNeverWhileOneIsUnderWay()
    {
        var backlog = Called(Backlog.Crowd, 0).Looked(At(0), [null, null, null]).Sent(At(0));
        Assert.False((backlog with { CrowdAt = At(6) }).IsPulseDue(At(6))); // under way
        backlog = backlog.Looked(At(1), [Answer(0, 0.5), Answer(0, 0.5), Answer(0, 0.5)]) with { CrowdAt = At(6) };
        Assert.False(backlog.IsPulseDue(At(4.9)));
        Assert.True(backlog.IsPulseDue(At(5)));
        // Another instance has just sent one: that will do.
        Assert.False(backlog.Looked(At(5), [Answer(4, 4.1), Answer(4, 4.1), Answer(4, 4.1)]).IsPulseDue(At(5)));
    }

    [Fact]
    public void IsPulseDue_WhenPulsesWereLost_SendsOthersAfterAWhile()
    {
        var backlog = Called(Backlog.Crowd, 0).Sent(At(0)).Looked(At(1), [null, null, null]) with { CrowdAt = At(30) };
        Assert.False(backlog.IsPulseDue(At(29)));
        Assert.True(backlog.IsPulseDue(At(30)));
        var again = backlog.Sent(At(30)).Looked(At(31), [Answer(30, 30.1), Answer(30, 30.1), Answer(30, 30.1)]);
        Assert.Equal(At(30), Assert.Single(again.Sends));
        Assert.Equal(Backlog.LeastAckWithin, again.AckWithin(At(31)));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 5)]
    [InlineData(4, 11)]
    [InlineData(30, 63)]
    [InlineData(600, 120)]
    public void AckWithin_OfAnEngineThatIsBehind_IsTwiceThatAndALittleMoreWithinBounds(double lag, double expected)
    {
        var backlog = Backlog.Unknown.Sent(At(0)).Looked(At(lag), [Answer(0, 0), Answer(0, lag), Answer(0, 0)]);
        Assert.Equal(expected, backlog.AckWithin(At(lag)).TotalSeconds);
    }

    [Fact]
    public void AckWithin_WhileAPulseIsUnderWay_GrowsWithItsAge()
    {
        var backlog = Backlog.Unknown.Sent(At(0)).Looked(At(10), [null, null, null]);
        Assert.Equal(23, backlog.AckWithin(At(10)).TotalSeconds);
        Assert.Equal(43, backlog.Looked(At(20), [null, null, null]).AckWithin(At(20)).TotalSeconds);
    }

    [Fact]
    public void AckWithin_OfWhatWasSeenLongAgo_SaysNothing()
    {
        var answered = Backlog.Unknown.Sent(At(0)).Looked(At(40), [Answer(0, 40), Answer(0, 40), Answer(0, 40)]);
        Assert.Equal(83, answered.AckWithin(At(70)).TotalSeconds);
        Assert.Equal(Backlog.LeastAckWithin, answered.AckWithin(At(70.1)));
        // One that nobody looked after for an hour is no hour late.
        var unwatched = Backlog.Unknown.Sent(At(0)).Looked(At(1), [null, null, null]);
        Assert.Equal(Backlog.LeastAckWithin, unwatched.AckWithin(At(3_600)));
    }

    [Fact]
    public void IsBeyondLimit_WhenOnePartitionAloneStands_IsNot()
    {
        var backlog = Backlog.Unknown.Sent(At(0)).Looked(At(90), [null, Answer(0, 0.1), Answer(0, 0.1)]);
        Assert.False(backlog.IsBeyondLimit(At(90)));
        Assert.Equal(Backlog.MostAckWithin, backlog.AckWithin(At(90)));
    }

    [Fact]
    public void IsBeyondLimit_OfAnEngineThatStandsStillAndGoesOn_TellsBoth()
    {
        var backlog = Backlog.Unknown.Sent(At(0)).Looked(At(59), [null, null, null]);
        Assert.False(backlog.IsBeyondLimit(At(59)));
        backlog = backlog.Sent(At(59.5)).Looked(At(60), [null, null, null]);
        Assert.True(backlog.IsBeyondLimit(At(60))); // the first one counts, however many were sent after it
        backlog = backlog.Looked(At(70), [Answer(0, 69), Answer(0, 69), Answer(0, 69)]);
        Assert.True(backlog.IsBeyondLimit(At(70)));
        backlog = backlog.Looked(At(71), [Answer(59.5, 70), Answer(59.5, 70), Answer(59.5, 70)]);
        Assert.False(backlog.IsBeyondLimit(At(71)));
    }

    [Theory]
    [InlineData(60, 0, 15)]
    [InlineData(60, 0.5, 22.5)]
    [InlineData(3_600, 0, 30)]
    public void RetryAfter_OfAnEngineThatIsBehind_IsAQuarterOfThatWithinBoundsAndSpread(double lag, double random, double expected)
    {
        var backlog = Backlog.Unknown.Sent(At(0)).Looked(At(lag), [null, null, null]);
        Assert.Equal(expected, backlog.RetryAfter(At(lag), random).TotalSeconds);
    }

    [Fact]
    public void Health_BeforeTheFirstAnswer_IsNotGood()
    {
        var foreign = Backlog.Unknown.Looked(At(0), [Answer(-1, -0.9), Answer(-1, -0.9), Answer(-1, -0.9)]);
        Assert.False(foreign.Health(At(0)).Works); // what an earlier process saw says nothing of this one
        var sent = foreign.Sent(At(0)).Looked(At(7), foreign.Answers);
        Assert.Equal(new EngineHealth(false, TimeSpan.FromSeconds(7)), sent.Health(At(7)));
        var answered = sent.Looked(At(8), [null, Answer(0, 7.5), null]);
        Assert.True(answered.Health(At(8)).Works);
    }

    [Fact]
    public void Health_OfAnEngineThatStopsAnswering_IsGoodForAMomentAndThenNot()
    {
        var worked = Backlog.Unknown.Sent(At(0)).Looked(At(1), [Answer(0, 0.1), Answer(0, 0.1), Answer(0, 0.1)]).Sent(At(100));
        Assert.True(worked.Health(At(115)).Works);
        Assert.Equal(new EngineHealth(false, TimeSpan.FromSeconds(15.2)), worked.Health(At(115.2)));
    }

    [Fact]
    public void Health_OfAnEngineThatIsBehindAndGoesOn_StaysGood()
    {
        var behind = Backlog.Unknown.Sent(At(0)).Looked(At(40), [Answer(0, 40), Answer(0, 40), Answer(0, 40)]).Sent(At(41));
        Assert.True(behind.Looked(At(90), behind.Answers).Health(At(90)).Works);
        Assert.False(behind.Looked(At(98), behind.Answers).Health(At(98)).Works);
    }

    // An instance whose pulse was overwritten by an earlier one of another said for half a minute that the engine was behind.
    [Fact]
    public void Newest_WhicheverComesFirst_IsTheOneThatWasSentLast()
    {
        Assert.Equal(Answer(5, 5.2), Beat.Newest(Answer(5, 5.2), At(4), At(6)));
        Assert.Equal(Answer(5, 6), Beat.Newest(Answer(4, 5.2), At(5), At(6)));
        Assert.Equal(Answer(4, 6), Beat.Newest(null, At(4), At(6)));
        Assert.Equal(Answer(5, 6), Beat.Newest(Answer(3_600, 5), At(5), At(6))); // by a clock that is an hour ahead
    }

    [Fact]
    public void Sent_ToAnEngineThatIsGoneForDays_RemembersTheFirstAndTheLast()
    {
        var backlog = Enumerable.Range(0, 10_000).Aggregate(Backlog.Unknown, (b, n) => b.Sent(At(30 * n)));
        Assert.Equal((Backlog.MostSends, At(0), At(30 * 9_999)), (backlog.Sends.Length, backlog.Sends[0], backlog.Sends[^1]));
    }
}
