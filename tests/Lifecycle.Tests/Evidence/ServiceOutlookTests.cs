namespace Lifecycle.Tests.Evidences;

/// <summary>What one process makes of what it sees of the SignalR service.</summary>
public sealed class ServiceOutlookTests
{
    static readonly DateTimeOffset start = Walk.Start;

    static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    static ServiceOutlook Seen(bool opens, double seconds, ServiceOutlook? before = null) =>
        (before ?? ServiceOutlook.Unknown).Looked(opens, At(seconds), start.AddSeconds(seconds));

    static ServiceOutlook Away(double seconds) => Seen(false, seconds, Seen(true, 0));

    [Fact]
    public void Looked_AwayAndAgainAway_KeepsSinceWhen()
    {
        var away = Seen(false, 12, Away(10));

        Assert.Equal((start.AddSeconds(10), start.AddSeconds(12)), (away.Sight.AwaySince!.Value, away.Sight.AwayAt!.Value));
    }

    [Fact]
    public void Looked_OpenAgain_GivesEverybodyAGraceWindowFromThen()
    {
        var back = Seen(true, 20, Away(10));

        Assert.Equal((true, start.AddSeconds(20), null), (back.Sight.Open, back.Sight.AwayAt!.Value, back.Sight.AwaySince));
        Assert.Equal(start.AddSeconds(20), Seen(true, 60, back).Sight.AwayAt);
    }

    [Fact]
    public void Asked_WhereNothingIsKnownOrAllIsWell_TakesEverybody()
    {
        Assert.True(ServiceOutlook.Unknown.Asked(At(1)).IsTaken);
        Assert.True(Seen(true, 0).Asked(At(1)).IsTaken);
        Assert.True(Seen(false, 0).Asked(At(1)).IsTaken); // it may be this process that never could
    }

    [Fact]
    public void Asked_WhileTheServiceIsAway_TakesOneInFiveSeconds()
    {
        var outlook = Away(10);
        List<double> taken = [];
        for (var tenth = 0; tenth < 200; tenth++)
        {
            (outlook, var isTaken) = outlook.Asked(At(10 + (tenth / 10.0)));
            if (isTaken)
            {
                taken.Add(tenth / 10.0);
            }
        }

        Assert.Equal([5, 10, 15], taken);
    }

    [Fact]
    public void Attached_OfAClientThatWasSentThereSince_ProvesTheService()
    {
        var proven = Away(10).Attached(start.AddSeconds(12)).Attached(start.AddSeconds(15)).Attached(start.AddSeconds(14));

        Assert.True(proven.Asked(At(16)).IsTaken);
        Assert.Equal((start.AddSeconds(12), start.AddSeconds(15)), (proven.Sight.ProvenFrom!.Value, proven.Sight.ProvenAt!.Value));
    }

    [Fact]
    public void Attached_OfAClientThatWasSentThereBefore_ProvesNothing() =>
        Assert.Null(Away(10).Attached(start.AddSeconds(9)).Attached(null).Sight.ProvenFrom);

    [Theory]
    [InlineData(10, 0.05, false)]
    [InlineData(11, 0.05, true)]
    [InlineData(11, 0.11, false)]
    public void Lost_ByManyWithinASecond_IsACrowd(int clients, double apart, bool isCrowd) => Assert.Equal(
        isCrowd, Enumerable.Range(0, clients).Aggregate(ServiceOutlook.Unknown, (outlook, n) => outlook.Lost(At(n * apart))).IsCrowd);

    [Theory]
    [InlineData(null, false, false, false)]
    [InlineData(null, false, true, true)]
    [InlineData(1, false, true, false)]
    [InlineData(2, false, false, true)]
    [InlineData(1, true, false, true)]
    public void IsSign_OfANegotiate_IsWhatOnlyALivingProcessSends(int? attempt, bool refused, bool isAgain, bool isSign) =>
        Assert.Equal(isSign, NegotiateSigns.IsSign(attempt, refused, isAgain));

    [Fact]
    public void IsTold_WhileTheServiceIsAway_OnlyWhereClientsGetThrough()
    {
        Assert.True(NegotiateSigns.IsTold(ServiceSight.Unknown));
        Assert.False(NegotiateSigns.IsTold(Away(10).Sight));
        Assert.True(NegotiateSigns.IsTold(Away(10).Attached(start.AddSeconds(12)).Sight));
    }

    [Theory]
    [InlineData(0, 6_000, 1)]
    [InlineData(2, 6_000, 3)]
    [InlineData(300, 6_000, 4)]
    [InlineData(300, 60_000, 8)]
    [InlineData(300, 1_000, 1)]
    public void RetryAfter_OfAnOutage_IsASlotWithinTheGraceWindow(double awayFor, int graceMs, int latest)
    {
        var slots = Enumerable.Range(0, 200).Select(n => ServiceAway.RetryAfter(
            new AppSessionId($"s{n}", "com.example.notes"), Policy.Default with { ReconnectGraceMs = graceMs }, Away(10).Sight, start.AddSeconds(10 + awayFor)));

        Assert.Equal(Enumerable.Range(1, latest).Select(n => TimeSpan.FromSeconds(n)), slots.Distinct().Order());
    }
}
