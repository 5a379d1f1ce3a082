using R = Lifecycle.Rules;

namespace Lifecycle.Tests.Rules;

public sealed class GroupRenewalTests
{
    static string[] Streams(int count) => [.. Enumerable.Range(0, count).Select(n => $"s{n:000}")];

    static AppSession Subscribed(int count) => Walk.Running().On(new SubscriptionsReplaced("c1", [.. Streams(count)], 1));

    static AppSession Reconnected(int count, double atMs) => Subscribed(count)
        .On(new Disconnected("c1"), atMs - 1_000)
        .On(new Connected("c2", "i1", Reconnect: true), atMs);

    static GroupRenewal? At(AppSession session, TimeSpan after, string name = "s1") =>
        R.RenewalOf(new AppSessionId(name, "p"), session, Walk.Start + after);

    static TimeSpan DueAfter(AppSession session, string name)
    {
        var after = TimeSpan.Zero;
        while (At(session, after, name) is null)
        {
            after += TimeSpan.FromMinutes(1);
        }

        return after;
    }

    [Fact]
    public void RenewalOf_BetweenAThirdAndHalfOfTheTtl_EachSessionAtItsOwnTime()
    {
        var session = Subscribed(3);
        var due = Enumerable.Range(0, 200).Select(n => DueAfter(session, $"s{n}")).ToList();
        Assert.InRange(due.Min(), TimeSpan.FromHours(24), TimeSpan.FromHours(25));
        Assert.InRange(due.Max(), TimeSpan.FromHours(35), TimeSpan.FromHours(36.02));
        Assert.InRange(due.GroupBy(d => (int)d.TotalHours).Max(hour => hour.Count()), 1, 40); // a twelfth is 17
        Assert.Equal(new GroupRenewal(Walk.Start, 4), At(session, R.RenewedUntil)); // the roll is the fourth
    }

    [Fact]
    public void RenewalOf_WhatTheVersionBeforeJoined_IsDueAtOnce()
    {
        var session = Subscribed(300) with { Groups = Memberships.Unknown };
        Assert.Equal(new GroupRenewal(null, R.RenewalStep), At(session, TimeSpan.Zero));
    }

    [Fact]
    public void RenewalOf_WhatIsBeingMended_IsNotDue()
    {
        var failed = Subscribed(3).On(new GroupsUnrestored(2, []));
        Assert.Null(At(failed, Memberships.Ttl));
    }

    [Theory]
    [InlineData(AppState.Starting)]
    [InlineData(AppState.GracePeriod)]
    [InlineData(AppState.Dormant)]
    [InlineData(AppState.Backoff)]
    [InlineData(AppState.Stopping)]
    public void RenewalOf_ASessionThatIsNotAttached_IsNotDue(AppState state) => Assert.Null(At(Walk.In(state), Memberships.Ttl));

    [Fact]
    public void RenewalOf_NoSubscriptions_IsDueForItsRollAlone()
    {
        var session = Walk.Running().On(new SubscriptionsReplaced("c1", [], 1));
        Assert.Null(At(session, R.RollFrom));
        Assert.Equal(new GroupRenewal(Walk.Start, 1), At(session, R.RollUntil));
        Assert.Null(At(session with { Roll = new RollPlace(Walk.Start + R.RollUntil) }, Memberships.Ttl));
    }

    // Eight were asked about by name; the others had been believed for as long as the app stayed attached.
    [Fact]
    public void RenewalOf_AReconnectThatAskedAboutAPart_IsDueSoon()
    {
        var late = Reconnected(9, TimeSpan.FromHours(2).TotalMilliseconds);
        var due = Enumerable.Range(0, 50).Select(n => DueAfter(late, $"s{n}")).ToList();
        Assert.All(due, d => Assert.InRange(d, TimeSpan.FromHours(2), TimeSpan.FromHours(2) + R.ProofSpread + TimeSpan.FromMinutes(1)));
        Assert.True(due.Distinct().Count() > 5);

        // One that flaps does it once an hour.
        Assert.Equal(R.ProvenFor, DueAfter(Reconnected(9, 60_000), "s1"));
        Assert.True(DueAfter(Reconnected(8, 60_000), "s1") >= R.RenewedFrom);
        Assert.True(DueAfter(Subscribed(9), "s1") >= R.RenewedFrom);
    }

    [Fact]
    public void GroupsDue_OnALargeSet_JoinsItStepByStepAndThenCountsFromTheBeginning()
    {
        var (session, joined, now) = (Subscribed(600), new List<string>(), R.RenewedUntil.TotalMilliseconds);
        for (var step = 0; step < 3; step++)
        {
            Assert.Equal(Walk.Start, session.Groups.JoinedAt);
            var decision = session.Decide(new GroupsDue(), now + (step * 30_000));
            joined.AddRange(decision.Of<JoinGroups>().Single().Join);
            session = decision.Session;
            Assert.Equal(Reasons.GroupsRenewed, decision.Outcome.Reason);
        }

        Assert.Equal(Streams(600), joined);
        Assert.Equal(Memberships.Of(Walk.Start + R.RenewedUntil), session.Groups);
        Assert.Equal(Reasons.Nothing, session.Decide(new GroupsDue(), now + 90_000).Outcome.Reason);
    }

    [Fact]
    public void GroupsDue_WhenTheSetChangesInBetween_GoesOnWithWhatIsInForce()
    {
        var now = R.RenewedUntil.TotalMilliseconds;
        var changed = Subscribed(600).On(new GroupsDue(), now).On(new SubscriptionsReplaced("c1", [.. Streams(300), "a", "z"], 2), now + 1);
        var second = changed.Decide(new GroupsDue(), now + 2);
        Assert.Equal([.. Streams(300)[250..], "z"], second.Of<JoinGroups>().Single().Join.AsEnumerable());
        Assert.Equal(Memberships.Of(Walk.Start.AddMilliseconds(now)), second.Session.Groups);

        // Nothing is left of what was to come.
        var shrunk = Subscribed(600).On(new GroupsDue(), now).On(new SubscriptionsReplaced("c1", [.. Streams(10)], 2), now + 1).Decide(new GroupsDue(), now + 2);
        Assert.Empty(shrunk.Effects);
        Assert.Equal(Walk.Start.AddMilliseconds(now), shrunk.Session.Groups.JoinedAt);
    }

    [Fact]
    public void GroupsDue_ThatFails_IsMendedAsAWhole()
    {
        var now = R.RenewedUntil.TotalMilliseconds;
        var failed = Subscribed(600).On(new GroupsDue(), now).On(new GroupsUnrestored(2, []), now);
        var mended = failed.Decide(new TimerFired(TimerKind.Mend, failed.Epoch), now + 1_000);
        Assert.Equal(600, mended.Of<JoinGroups>().Single().Join.Length);
        Assert.Null(At(mended.Session, R.RenewedUntil + TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Within_MoreDueThanFits_TakesThoseOfWhichLeastIsKnownAndTheOldest()
    {
        var due = new (string Name, double? AgeHours, int Joins)[] { ("young", 1, 250), ("old", 40, 250), ("unknown", null, 100), ("older", 50, 250), ("oldest", 60, 3) }
            .Select(d => (new AppSessionId(d.Name, "p"), new GroupRenewal(d.AgeHours is { } h ? Walk.Start.AddHours(-h) : null, d.Joins)))
            .ToList();
        Assert.Equal("unknown oldest older", Taken(353));
        Assert.Equal("unknown oldest older old", Taken(354)); // a little more than fits, rather than one that never does
        Assert.Equal("unknown", Taken(1));
        Assert.Equal("", Taken(0));

        string Taken(int joins) => string.Join(' ', GroupRenewal.Within(due, joins).Select(t => t.Id.SessionId));
    }

    [Fact]
    public void IsPressing_WhenADayIsLeft()
    {
        var renewal = new GroupRenewal(Walk.Start, 1);
        Assert.False(renewal.IsPressing(Walk.Start.AddHours(53)));
        Assert.True(renewal.IsPressing(Walk.Start.AddHours(54)));
        Assert.False(new GroupRenewal(null, 1).IsPressing(Walk.Start.AddYears(1)));
    }
}
