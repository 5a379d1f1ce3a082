using R = Lifecycle.Rules;

namespace Lifecycle.Tests.Rules;

/// <summary>When memberships are believed in, asked about, joined and left.</summary>
public sealed class GroupRulesTests
{
    static readonly Policy patient = Policy.Default with { ReconnectGraceMs = 120_000, RetentionMs = 86_400_000 };

    static string[] Streams(int count) => [.. Enumerable.Range(0, count).Select(n => $"s{n:000}")];

    static string Text(IEnumerable<string> names) => string.Join(' ', names);

    static AppSession Subscribed(int count) => Walk.Running().On(new SubscriptionsReplaced("c1", [.. Streams(count)], 1));

    static Decision Back(AppSession session, TimeSpan after, string connection = "c2") => session
        .On(new Disconnected(session.Attachment!.ConnectionId!), (after - TimeSpan.FromSeconds(1)).TotalMilliseconds, patient)
        .Decide(new Connected(connection, "i1", Reconnect: true), after.TotalMilliseconds, patient);

    [Fact]
    public void Reconnect_WithAFewStreams_AsksAboutEach()
    {
        var restore = Assert.Single(Back(Subscribed(8), TimeSpan.FromHours(1)).Of<RestoreGroups>());
        Assert.Equal(Streams(8), restore.Streams.AsEnumerable());
        Assert.Equal(Streams(8), restore.Witnesses.AsEnumerable());
    }

    [Fact]
    public void Reconnect_WithManyStreams_AsksAboutSomeOfThem_OthersEachTime()
    {
        var first = Back(Subscribed(1_000), TimeSpan.FromSeconds(10));
        var second = Back(first.Session, TimeSpan.FromSeconds(20), "c3");
        var (one, other) = (first.Of<RestoreGroups>().Single(), second.Of<RestoreGroups>().Single());
        Assert.Equal((R.Witnesses, 1_000), (one.Witnesses.Distinct().Count(), one.Streams.Length));
        Assert.Equal(R.Witnesses, other.Witnesses.Distinct().Count());
        Assert.NotEqual(one.Witnesses.AsEnumerable(), other.Witnesses.AsEnumerable());
        var places = one.Witnesses.Select(w => one.Streams.IndexOf(w)).Order().ToArray();
        Assert.All(places.Zip(places.Skip(1)), p => Assert.InRange(p.Second - p.First, 120, 130)); // from all over the set
    }

    // It believed in a mark that had been joined last, and the others had ended before it.
    [Fact]
    public void Reconnect_PastTheTtl_JoinsAllBeforeTheAckWithoutAsking()
    {
        var decision = Back(Subscribed(150), Memberships.Ttl);
        Assert.Equal([typeof(JoinGroups), typeof(SendAck)], decision.Effects.Take(2).Select(e => e.GetType()));
        Assert.Equal(Streams(150), decision.Of<JoinGroups>().Single().Join.AsEnumerable());
        Assert.Single(Back(decision.Session, Memberships.Ttl + TimeSpan.FromHours(1), "c3").Of<RestoreGroups>());
    }

    // The version before wrote no times, and had joined without a ttl.
    [Fact]
    public void Reconnect_OfASessionThatTheVersionBeforeStored_JoinsAllOnce()
    {
        var decision = Back(Subscribed(150) with { Groups = Memberships.Unknown }, TimeSpan.FromSeconds(10));
        Assert.Equal(Streams(150), decision.Of<JoinGroups>().Single().Join.AsEnumerable());
        Assert.DoesNotContain(decision.Effects, e => e is LeaveAllGroups);
        Assert.Single(Back(decision.Session, TimeSpan.FromSeconds(20), "c3").Of<RestoreGroups>());
    }

    [Fact]
    public void Reconnect_WithNoStreams_CallsNobody() => Assert.DoesNotContain(
        Back(Walk.Running().On(new SubscriptionsReplaced("c1", [], 1)), TimeSpan.FromSeconds(10)).Effects, e => e is RestoreGroups or JoinGroups);

    [Fact]
    public void Adopt_WithStateKept_RestoresAsAReconnectDoes()
    {
        var lost = Subscribed(3).On(new Disconnected("c1"), 1_000, patient);
        Assert.Single(lost.Decide(new ConnectionFound(lost.Epoch), 20_000, patient).Of<RestoreGroups>());
    }

    [Fact]
    public void Unrestored_OfTheAttachment_IsJoinedAndLeftByNameAtTheMend()
    {
        var changed = Subscribed(3).On(new SubscriptionsReplaced("c1", ["s000"], 2), 1_000);
        var failed = changed.Decide(new GroupsUnrestored(3, ["s001", "s002"]), 1_000);
        Assert.Equal(Reasons.ServiceFailed, failed.Outcome.Reason);
        var mended = failed.Session.Decide(new TimerFired(TimerKind.Mend, failed.Session.Epoch), 2_000);
        var join = Assert.Single(mended.Of<JoinGroups>());
        Assert.Equal(("s000", "s001 s002", 3), (Text(join.Join), Text(join.Leave), join.Version));
        Assert.Equal(Memberships.Of(Walk.Start.AddSeconds(2)), mended.Session.Groups);
    }

    [Fact]
    public void Unrestored_AndThenLost_IsDoneByTheNextAttach()
    {
        var failed = Subscribed(3).On(new GroupsUnrestored(2, ["old"]), 1_000);
        var join = Assert.Single(Back(failed, TimeSpan.FromSeconds(10)).Of<JoinGroups>());
        Assert.Equal(("s000 s001 s002", "old"), (Text(join.Join), Text(join.Leave)));
        var again = Back(failed.On(new SubscriptionsReplaced("c1", ["old", "s000"], 2), 1_500), TimeSpan.FromSeconds(10));
        Assert.Empty(again.Of<JoinGroups>().Single().Leave); // wanted again
    }

    [Fact]
    public void Unrestored_OfAnEarlierSet_ChangesNothing() =>
        Assert.Equal(Reasons.StaleLook, Subscribed(3).Decide(new GroupsUnrestored(1, ["x"])).Outcome.Reason);

    [Fact]
    public void Connect_ThatStartsClean_NamesWhatItLeaves()
    {
        var failed = Subscribed(2).On(new GroupsUnrestored(2, ["old"]), 1_000).On(new Disconnected("c1"), 2_000);
        var leave = Assert.Single(failed.Decide(new Connected("c2", "i2", Reconnect: false), 3_000).Of<LeaveAllGroups>());
        Assert.Equal(("s000 s001 old", 3), (Text(leave.Streams), leave.Version));
    }

    [Fact]
    public void Subscriptions_JoinAndLeaveTheDifference()
    {
        var change = Walk.Running().Decide(new SubscriptionsReplaced("c1", ["text", "video"], 1)).Of<ChangeGroups>().Single();
        Assert.Equal(("video", "audio", 2), (Text(change.Join), Text(change.Leave), change.Version));
    }
}
