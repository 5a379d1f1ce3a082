using R = Lifecycle.Rules;

namespace Lifecycle.Tests.Rolls;

public sealed class RollCallTests
{
    static readonly DateTimeOffset later = Walk.Start.AddMinutes(1);
    static readonly int roll = Lifecycle.Rolls.NumberOf(Walk.Id);

    static RollCall Called(params string[] connections) => Read(whole: true, connections);

    static RollCall Read(bool whole, params string[] connections)
    {
        var call = new RollCall(later);
        foreach (var connection in connections)
        {
            call.Add(roll, connection, Walk.Id.ToString());
        }

        if (whole)
        {
            call.Complete(roll);
        }

        return call;
    }

    static RollWord WordOn(AppSession session, RollCall call, double afterMs = 0)
    {
        var now = later.AddMilliseconds(afterMs);
        return call.WordOn(Walk.Id, session, R.QuestionAbout(session, now)!, now);
    }

    [Fact]
    public void WordOn_AnAttachedSessionThatIsListed_IsAsExpected() => Assert.Equal(RollWord.AsExpected, WordOn(Walk.Running(), Called("c0", "c1")));

    // Not its connection, though one of its user: its own may be lost.
    [Fact]
    public void WordOn_AnAttachedSessionWhoseConnectionIsNotListed_IsToBeAskedAbout()
    {
        Assert.Equal(RollWord.Ask, WordOn(Walk.Running(), Called("c2")));
        Assert.Equal(RollWord.Ask, WordOn(Walk.Running(), Called()));
        Assert.Equal(RollWord.Ask, WordOn(Walk.Running() with { Roll = null }, Called())); // of a version before: nothing follows from it
    }

    [Fact]
    public void WordOn_AnAdoptedSessionWithoutAName_GoesByItsUser()
    {
        var grace = Walk.InGrace();
        var adopted = grace.On(new ConnectionFound(grace.Epoch), 12_000);
        Assert.Equal(RollWord.AsExpected, WordOn(adopted, Called("c7")));
        Assert.Equal(RollWord.Ask, WordOn(adopted, Called()));
    }

    [Theory]
    [InlineData(AppState.GracePeriod)]
    [InlineData(AppState.Backoff)]
    [InlineData(AppState.Dormant)]
    public void WordOn_ASessionThatIsNotAttached_IsToBeAskedAboutWhenItsUserIsListed(AppState state)
    {
        Assert.Equal(RollWord.Ask, WordOn(Walk.In(state), Called("c2")));
        Assert.Equal(RollWord.AsExpected, WordOn(Walk.In(state), Called()));
    }

    // Nobody who is on no roll is on any list: not being there says nothing.
    [Fact]
    public void WordOn_AUserThatIsNotKnownToBeOnItsRoll_IsToBeAskedAbout()
    {
        Assert.Equal(RollWord.Ask, WordOn(Walk.In(AppState.Starting), Called()));
        Assert.Equal(RollWord.Ask, WordOn(Walk.InGrace() with { Roll = null }, Called()));
        Assert.Equal(RollWord.Ask, WordOn(Walk.InGrace() with { Roll = new RollPlace(Walk.Start, IsOff: true) }, Called()));
        Assert.Equal(RollWord.Ask, WordOn(Walk.InGrace() with { Roll = new RollPlace(later.AddMilliseconds(1)) }, Called()));
        Assert.Equal(RollWord.Ask, WordOn(Walk.InGrace() with { Roll = new RollPlace(later - Memberships.Ttl + Memberships.Doubt) }, Called()));
    }

    [Fact]
    public void WordOn_ARollThatWasNotReadToTheEnd_SaysNothingOfThoseWhoAreNotOnIt()
    {
        Assert.Equal(RollWord.Unread, WordOn(Walk.Running(), Read(whole: false)));
        Assert.Equal(RollWord.Unread, WordOn(Walk.InGrace(), Read(whole: false)));
        Assert.Equal(RollWord.AsExpected, WordOn(Walk.Running(), Read(whole: false, "c1")));
        Assert.Equal(RollWord.Ask, WordOn(Walk.InGrace(), Read(whole: false, "c2")));
        Assert.Equal(Lifecycle.Rolls.Count - 1, Called().Unread);
    }

    // Its socket was opened, or lost, while the rolls were read or after that.
    [Fact]
    public void WordOn_WhatHappenedAboutWhenTheRollsWereRead_IsLeftToTheNextSweep()
    {
        var attached = AppSession.None.On(new StartRequested(), 51_000).On(new Connected("c1", "i1", NegotiatedAt: later), 51_000);
        Assert.Equal(RollWord.AsExpected, WordOn(attached, Called(), afterMs: 20_000));
        var lost = Walk.Running().On(new Disconnected("c1"), 51_000);
        Assert.Equal(RollWord.AsExpected, WordOn(lost, Called("c1"), afterMs: 20_000));
        var early = Walk.Running().On(new Disconnected("c1"), 49_000);
        Assert.Equal(RollWord.Ask, WordOn(early, Called("c1"), afterMs: 20_000));
    }

    // A clock was set back: nothing waits for a time in the future.
    [Fact]
    public void WordOn_AnAttachInTheFuture_IsNotTooYoung()
    {
        var attached = AppSession.None.On(new StartRequested(), 600_000).On(new Connected("c1", "i1", NegotiatedAt: later), 600_000);
        Assert.Equal(RollWord.Ask, WordOn(attached, Called()));
    }

    [Fact]
    public void NumberOf_ManyUsers_FillsTheRollsAlike()
    {
        var rolls = Enumerable.Range(0, 8_000).Select(n => new AppSessionId($"s{n}", "com.example.notes")).CountBy(Lifecycle.Rolls.NumberOf).ToList();
        Assert.Equal(Enumerable.Range(0, Lifecycle.Rolls.Count), rolls.Select(r => r.Key).Order());
        Assert.All(rolls, r => Assert.InRange(r.Value, 850, 1_150));
    }

    // A subscription must never put anybody on a roll.
    [Fact]
    public void GroupOf_NoSubscription_HasSuchAName() => Assert.DoesNotContain('/', Lifecycle.Rolls.GroupOf(Walk.Id));
}
