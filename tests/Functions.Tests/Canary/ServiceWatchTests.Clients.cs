namespace Lifecycle.Functions.Tests.Canary;

/// <content>What the watch makes of clients: who gets through, and who is lost.</content>
public sealed partial class ServiceWatchTests
{
    [Fact]
    public void TakesClient_OfAServiceThatHasOpened_IsWhatIsSeen() => Run(async () =>
    {
        Assert.True(watch.TakesClient()); // nobody has looked
        await LookAsync();
        Assert.True(watch.TakesClient());
        await PassAsync(2);
        await LoseAsync();
        Assert.False(watch.TakesClient());
        canary.Opens = true;
        await PassAsync(1.3);
        Assert.True(watch.TakesClient());
    });

    [Fact]
    public void TakesClient_OfAServiceThatHasNeverOpened_IsTrue() => Run(async () =>
    {
        await LoseAsync();
        Assert.True(watch.TakesClient());
        watch.Attached(null); // one that is adopted has been there since nobody knows when: it has opened, and proves nothing of now
        Assert.False(watch.TakesClient());
    });

    [Fact]
    public void Attached_OfAClientThatWasSentThereSince_SpeaksForTheServiceUntilALookOpensASocket() => Run(async () =>
    {
        await LookAsync();
        await PassAsync(2);
        await LoseAsync();
        var lostAt = Now;
        watch.Attached(lostAt.AddSeconds(-1)); // sent there while it was open
        Assert.False(watch.TakesClient());
        await PassAsync(10);
        watch.Attached(Now.AddSeconds(-1));
        await PassAsync(5);
        watch.Attached(Now);
        Assert.True(watch.TakesClient());
        Assert.Equal((lostAt.AddSeconds(9), lostAt.AddSeconds(15)), (watch.Last.ProvenFrom!.Value, watch.Last.ProvenAt!.Value));
        Assert.True(watch.Last.IsAway); // for who was lost after that it still is
        Assert.False(watch.Last.For(lostAt).IsAway);
        Assert.True(watch.Last.For(lostAt.AddSeconds(16)).IsAway);
        await PassAsync(60);
        Assert.True(watch.TakesClient());
    });

    // Its own way to the service was closed by a new firewall. It sent everybody away, so that nobody could show that the service was there.
    [Fact]
    public void TakesClient_WhileTheServiceIsAway_IsTrueForOneEveryFiveSeconds() => Run(async () =>
    {
        await LookAsync();
        await PassAsync(2);
        await LoseAsync();
        var sent = 0;
        for (var tenth = 0; tenth < 200; tenth++)
        {
            sent += watch.TakesClient() ? 1 : 0;
            await PassAsync(0.1);
        }

        Assert.InRange(sent, 3, 4);
        watch.Attached(Now);
        Assert.True(watch.TakesClient());
        Assert.True(watch.TakesClient());
    });

    [Fact]
    public void Attached_BeforeTheNextOutage_SaysNothingOfIt() => Run(async () =>
    {
        await LookAsync();
        await PassAsync(2);
        await LoseAsync();
        await PassAsync(1);
        watch.Attached(Now);
        canary.Opens = true;
        await PassAsync(2);
        Assert.Null(watch.Last.ProvenAt);
        await PassAsync(2);
        await LoseAsync();
        Assert.False(watch.TakesClient());
    });

    [Theory]
    [InlineData(10, 0.05, 0)] // ten are few
    [InlineData(11, 0.05, 1)]
    [InlineData(40, 0.05, 1)]
    [InlineData(40, 0.2, 0)] // and so are forty in eight seconds
    public void Lost_ByManyWithinASecond_IsAReasonToLook(int many, double apart, int looks) => Run(async () =>
    {
        for (var n = 0; n < many; n++)
        {
            watch.Lost();
            await PassAsync(apart);
        }

        Assert.Equal(looks, canary.Looks);
    });
}
