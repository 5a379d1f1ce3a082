namespace Lifecycle.Bench.Paces;

public sealed class PacePlayTests
{
    static PacedApp App(string name) => PacedApp.All.Single(app => app.Name == name);

    static PaceResult Play(string app, IPace pace, int sessions = 300) => PacePlay.Play(App(app), pace, sessions);

    [Fact]
    public void Play_AtAFixedPaceThatTheAppTakes_EndsWhenThePaceSays()
    {
        var result = Play("normal", new FixedPace(50));
        Assert.Equal((300, 0, 0.0), (result.Sent.Count, result.Refused, result.SecondsAboveTwice));
        Assert.InRange(result.To(1)!.Value.TotalSeconds, 300 / 50.0, (300 / 50.0) + 2);
        Assert.Null((result with { Attached = [] }).To(0.5));
    }

    [Fact]
    public void Play_OfACrowd_RefusesItAndCountsForHowLong()
    {
        var result = Play("weak", new FixedPace(100), sessions: 50);
        Assert.True(result.Refused > 50);
        Assert.True(result.SecondsAboveTwice > 3);
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("strong")]
    [InlineData("noisy")]
    public void Play_OfALearnedPace_IsQuickerThanTheFixedOneAndRefusedNothing(string app)
    {
        var learned = Play(app, new GatePace(LearnedPace.Begin(20, PaceContender.Found)), 1_000);
        Assert.Equal(0, learned.Refused);
        Assert.True(learned.To(0.95) < Play(app, new FixedPace(20), 1_000).To(0.95) / 3);
    }

    [Theory]
    [InlineData("weak")]
    [InlineData("limiter")]
    [InlineData("warming")]
    public void Play_OfALearnedPace_AsksNoAppForLongForTwiceWhatItTakes(string app) =>
        Assert.InRange(Play(app, new GatePace(LearnedPace.Begin(20, PaceContender.Found)), 1_000).SecondsAboveTwice, 0, 3);
}
