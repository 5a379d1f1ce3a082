using R = Lifecycle.Rules;

namespace Lifecycle.Tests.Rules;

public sealed class RollRulesTests
{
    static readonly double renewed = R.RollUntil.TotalMilliseconds;

    static RollPlace Place(double atMs, bool isOff = false) => new(Walk.Start.AddMilliseconds(atMs), isOff);

    static AppSession Started() => AppSession.None.On(new StartRequested());

    // Once in its life, and behind the ack, which its app waits for.
    [Fact]
    public void Connected_TheFirstTime_PutsTheUserOnItsRoll()
    {
        var first = Started().Decide(new Connected("c1", "i1"), 500);
        Assert.Equal([typeof(SendAck), typeof(JoinRoll)], first.Effects.Where(e => e is SendAck or JoinRoll).Select(e => e.GetType()));
        Assert.Equal(Place(500), first.Session.Roll);

        var again = first.Session.On(new Disconnected("c1"), 1_000).Decide(new Connected("c2", "i1", Reconnect: true), 2_000);
        Assert.Equal(AppState.Running, again.Session.State);
        Assert.Empty(again.Of<JoinRoll>());
        Assert.Equal(Place(500), again.Session.Roll);
    }

    [Fact]
    public void Connected_WhenItsPlaceMayHaveEnded_PutsItThereAgain()
    {
        var days = (Memberships.Ttl - Memberships.Doubt).TotalMilliseconds;
        var lost = Walk.Running().On(new Disconnected("c1"), days);
        Assert.Equal(Place(days + 1), lost.Decide(new Connected("c2", "i1", Reconnect: true), days + 1).Session.Roll);
        var off = Walk.InGrace() with { Roll = Place(0, isOff: true) };
        Assert.Single(off.Decide(new Connected("c2", "i1", Reconnect: true), 2_000).Of<JoinRoll>());
    }

    // To leave all groups ends this membership as well, and a join at once could come before it.
    [Fact]
    public void Connected_AfterGroupsWereLeft_LeavesItToTheSweep()
    {
        var fresh = Walk.InGrace().Decide(new Connected("c2", "i2", Reconnect: false), 2_000);
        Assert.Single(fresh.Of<LeaveAllGroups>());
        Assert.Empty(fresh.Of<JoinRoll>());
        Assert.Null(fresh.Session.Roll);
        Assert.Null(R.RenewalOf(Walk.Id, fresh.Session, Walk.Start.AddMilliseconds(11_999)));
        Assert.Equal(new GroupRenewal(null, 1), R.RenewalOf(Walk.Id, fresh.Session, Walk.Start.AddMilliseconds(12_000)));

        var due = fresh.Session.Decide(new GroupsDue(), 12_000);
        Assert.Equal((new JoinRoll(), Place(12_000)), (Assert.Single(due.Effects), due.Session.Roll));
    }

    [Theory]
    [InlineData(AppState.Stopped)]
    [InlineData(AppState.Evicted)]
    public void Decide_WhateverLeavesAllGroups_LeavesTheRoll(AppState state) => Assert.Null(Walk.In(state).Roll);

    // Of a version before: it is on no roll, and is not lost for that.
    [Fact]
    public void RenewalOf_ASessionOfAVersionBefore_IsDueAtTheNextSweep()
    {
        var before = Walk.Running() with { Roll = null };
        Assert.Equal(new GroupRenewal(null, 1), R.RenewalOf(Walk.Id, before, Walk.Start.AddSeconds(10)));
        Assert.Null(R.RenewalOf(Walk.Id, Walk.InGrace() with { Roll = null }, Walk.Start.AddSeconds(10)));
    }

    [Fact]
    public void RenewalOf_BetweenHalfAndTwoThirdsOfTheTtl_EachSessionAtItsOwnTime()
    {
        var session = Started().On(new Connected("c1", "i1"));
        var due = Enumerable.Range(0, 200).Select(n => DueAfter(session, $"s{n}")).ToList();
        Assert.InRange(due.Min(), TimeSpan.FromHours(36), TimeSpan.FromHours(37));
        Assert.InRange(due.Max(), TimeSpan.FromHours(47), TimeSpan.FromHours(48.02));
        Assert.InRange(due.GroupBy(d => (int)d.TotalHours).Max(hour => hour.Count()), 1, 40);

        static TimeSpan DueAfter(AppSession session, string name)
        {
            var after = TimeSpan.FromHours(30);
            while (R.RenewalOf(new AppSessionId(name, "p"), session, Walk.Start + after) is null)
            {
                after += TimeSpan.FromMinutes(1);
            }

            return after;
        }
    }

    // So that a session with subscriptions never needs an operation for its roll alone.
    [Fact]
    public void GroupsDue_ThatRenewsSubscriptions_TakesTheRollAlong()
    {
        var due = Walk.Running().Decide(new GroupsDue(), R.RenewedUntil.TotalMilliseconds);
        Assert.Equal([typeof(JoinGroups), typeof(JoinRoll)], due.Effects.Select(e => e.GetType()));
        Assert.Equal(Place(R.RenewedUntil.TotalMilliseconds), due.Session.Roll);
        var next = due.Session.Decide(new GroupsDue(), renewed + 1);
        Assert.Equal(Reasons.Nothing, next.Outcome.Reason);
    }

    [Fact]
    public void OffRoll_OfACallThatFailed_IsTriedAgainAfterTenMinutes()
    {
        var failed = Started().On(new Connected("c1", "i1")).Decide(new OffRoll(Walk.Start));
        Assert.Equal((0, Place(0, isOff: true)), (failed.Effects.Length, failed.Session.Roll));
        Assert.Null(R.RenewalOf(Walk.Id, failed.Session, Walk.Start + R.RollAgain - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(new GroupRenewal(null, 1), R.RenewalOf(Walk.Id, failed.Session, Walk.Start + R.RollAgain));
    }

    [Fact]
    public void OffRoll_OfASweepThatDidNotFindIt_PutsItThereAgainAtOnce()
    {
        var missed = Walk.Running().Decide(new OffRoll(Walk.Start.AddMinutes(20)), 1_201_000);
        Assert.Equal((new JoinRoll(), Place(1_201_000)), (Assert.Single(missed.Effects), missed.Session.Roll));
        var grace = Walk.Running().On(new Disconnected("c1"), 1_200_500).Decide(new OffRoll(Walk.Start.AddMinutes(20)), 1_201_000);
        Assert.Equal((0, Place(0, isOff: true)), (grace.Effects.Length, grace.Session.Roll));
    }

    [Fact]
    public void OffRoll_SeenBeforeItWasPutThere_ChangesNothing()
    {
        var session = Walk.Running() with { Roll = Place(1_000) };
        Assert.Equal(Reasons.Nothing, session.Decide(new OffRoll(Walk.Start.AddMilliseconds(999)), 2_000).Outcome.Reason);
    }

    [Fact]
    public void EventOf_AnAnswerThatIsOtherwise_IsWhatItWas()
    {
        var (running, grace, rolls) = (Walk.Running(), Walk.InGrace(), new RollCall(Walk.Start.AddMinutes(1)));
        var (expected, other) = (R.QuestionAbout(running, rolls.At)!, R.QuestionAbout(grace, rolls.At)!);
        Assert.Equal(new ConnectionMissing("c1", running.Epoch), R.EventOf(running, expected, false, rolls));
        Assert.Equal(new ConnectionFound(grace.Epoch), R.EventOf(grace, other, true, rolls));
        Assert.Null(R.EventOf(grace, other, false, rolls));
        Assert.Null(R.EventOf(running, expected, true, null));
    }

    [Fact]
    public void EventOf_AConnectionThatIsThereAndNotOnItsRoll_SaysSoOnce()
    {
        var (running, rolls) = (Walk.Running(), new RollCall(Walk.Start.AddMinutes(1)));
        var question = R.QuestionAbout(running, rolls.At)!;
        Assert.Equal(new OffRoll(rolls.At), R.EventOf(running, question, true, rolls));
        Assert.Null(R.EventOf(running with { Roll = null }, question, true, rolls)); // is due to be put there anyway
        Assert.Null(R.EventOf(running with { Roll = Place(0, isOff: true) }, question, true, rolls));
    }

    // A clock was set back: no place is believed in for longer than it lasts.
    [Fact]
    public void Decide_APlaceInTheFuture_CountsFromNow()
    {
        var session = Walk.Running() with { Roll = Place(3_600_000) };
        Assert.Equal(Place(2_000), session.On(new Disconnected("c1"), 2_000).Roll);
    }
}
