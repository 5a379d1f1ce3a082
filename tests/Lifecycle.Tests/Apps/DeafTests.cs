namespace Lifecycle.Tests.Apps;

/// <summary>Processes that are attached and do not handle what is sent to them, before their app's gate.</summary>
public sealed class DeafTests
{
    static IEnumerable<OwnerNoticeKind> Notices(AppDecision decision) => decision.Effects.OfType<TellOwner>().Select(tell => tell.Kind);

    [Fact]
    public void Deaf_OfManySessions_IsOneIncidentAndOneNotice()
    {
        var first = GateWalk.Well().Decide(new SessionDeaf("d1"));
        Assert.Equal([OwnerNoticeKind.Deaf], Notices(first));
        Assert.Equal(IncidentCause.Deaf, first.Gate.Incident!.Cause);
        Assert.Empty(first.Gate.Decide(new SessionDeaf("d2"), 1_000).Effects);
        Assert.Equal(first.Gate, first.Gate.On(new SessionDeaf("d1"), 2_000) with { BusyAt = first.Gate.BusyAt });
    }

    [Fact]
    public void Deaf_InAnotherIncident_IsToldOfThatOne()
    {
        var looping = GateWalk.Well().On(new SessionLooping("lp_1", "s1"));
        var deaf = looping.Decide(new SessionDeaf("d1"), 1_000);
        Assert.Equal((looping.Incident!.Id, IncidentCause.CrashLoop), (deaf.Gate.Incident!.Id, deaf.Gate.Incident.Cause));
        Assert.Equal([OwnerNoticeKind.Deaf], Notices(deaf));
    }

    [Fact]
    public void Answers_OfTheApp_DoNotEndIt()
    {
        var gate = GateWalk.Well().On(new SessionDeaf("d1")).On(GateWalk.Ask("w"), 1_000).On(new OutcomeReported("w", GateWalk.Accepted), 2_000);
        Assert.True(gate.Incident!.IsOpen);
    }

    [Fact]
    public void Quiet_WhenNoneWasFoundDeafForAHorizon_EndsItAndSaysSo()
    {
        var gate = GateWalk.Well().On(new SessionDeaf("d1")).On(new SessionDeaf("d2"), 60_000);
        Assert.False(AppRules.IsOverdue(gate, GateWalk.At(659_000), Policy.Default));
        Assert.True(AppRules.IsOverdue(gate, GateWalk.At(661_000), Policy.Default));
        Assert.Equal([OwnerNoticeKind.Recovered], Notices(gate.Decide(new TimePassed(), 661_000)));
    }

    // Once nobody had asked for a minute, the sweep told the time every half minute for ever, and the incident stayed open.
    [Fact]
    public void Quiet_WhenSessionsWereGivenUpLongAgo_EndsThatIncident()
    {
        var gate = GateWalk.Well().On(new SessionGivenUp(Reasons.AppGone));
        Assert.True(AppRules.IsOverdue(gate, GateWalk.At(601_000), Policy.Default));
        var ended = gate.Decide(new TimePassed(), 601_000);
        Assert.Equal([OwnerNoticeKind.Recovered], Notices(ended));
        Assert.False(AppRules.IsOverdue(ended.Gate, GateWalk.At(602_000), Policy.Default));
    }
}
