using System.Text.Json;

namespace Lifecycle.Tests.Relay;

/// <summary>Who of an app's processes is connected, and who is asked.</summary>
public sealed class RelayRulesTests
{
    static readonly DateTimeOffset start = Walk.Start;

    static DateTimeOffset At(double seconds) => start.AddSeconds(seconds);

    static RelayDecision Decide(RelayRoster roster, RelayEvent @event, double at = 0) => RelayRules.Decide(roster, @event, At(at));

    static RelayRoster Of(params ReadOnlySpan<string> instances)
    {
        var roster = RelayRoster.Empty;
        foreach (var instance in instances)
        {
            roster = Decide(roster, Ready(instance)).Roster;
        }

        return roster;
    }

    static ProcessReady Ready(string instance) => new($"c-{instance}", instance);

    static string[] Line(RelayRoster roster, string webhook = "w", string? holder = null, string? leaving = null, double at = 0) =>
        [.. RelayRules.LineOf(roster, webhook, holder, leaving, At(at)).Select(process => process.InstanceId)];

    [Fact]
    public void Ready_OfTheFirst_TellsTheGate_AndOfOthersDoesNot()
    {
        var first = Decide(RelayRoster.Empty, Ready("i1"));
        Assert.True(first.IsFirst);
        Assert.False(Decide(first.Roster, Ready("i1"), 60).IsFirst);
        Assert.False(Decide(first.Roster, Ready("i2")).IsFirst);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ready_WhereTheOthersLeaveOrAreSilent_IsTheFirst(bool leaves)
    {
        var alone = Decide(Of("i1"), leaves ? new ProcessLeaving("c-i1") : new ProcessSilent("c-i1")).Roster;
        Assert.True(Decide(alone, Ready("i2")).IsFirst);
        Assert.Equal(!leaves, Decide(alone, Ready("i1")).IsFirst); // it has found its voice again; who leaves, leaves
    }

    [Fact]
    public void Ready_OverANewConnection_TakesThePlaceOfTheOldOne()
    {
        var back = Decide(Of("i1", "i2"), new ProcessReady("c-new", "i1")).Roster;
        Assert.Equal(["c-i2", "c-new"], back.Processes.Select(process => process.ConnectionId));
        // The end of the old one is told after that.
        Assert.Equal(back, Decide(back, new ProcessGone("c-i1")).Roster);
    }

    // Storage was slow, and what the old connection had said came after the new one: webhooks went to a connection that was no more.
    [Fact]
    public void Ready_OfTheOldConnection_ThatComesLate_DoesNotThrowOutTheNewOne()
    {
        var back = Decide(Decide(Of("i1"), Ready("i1") with { At = At(55) }, 55).Roster, new ProcessReady("c-new", "i1", At(61)), 62).Roster;
        Assert.Equal(back, Decide(back, Ready("i1") with { At = At(60) }, 70).Roster);
        Assert.Equal("c-new", Assert.Single(back.Processes).ConnectionId);
        // One that does come back over a third connection is no late word.
        Assert.Equal("c-3", Assert.Single(Decide(back, new ProcessReady("c-3", "i1", At(69)), 70).Roster.Processes).ConnectionId);
    }

    // It was said before, and is only handled now: the new connection is the later word.
    [Fact]
    public void Ready_ThatIsHandledLate_IsAsOldAsItWasSaid()
    {
        var late = Decide(RelayRoster.Empty, Ready("i1") with { At = At(0) }, 30).Roster;
        Assert.Equal((At(0), At(0)), (late.Processes[0].CameAt, late.Processes[0].SaidAt));
        Assert.Equal("c-new", Assert.Single(Decide(late, new ProcessReady("c-new", "i1", At(10)), 31).Roster.Processes).ConnectionId);
        // Said twice and told in the other order, the later word is known.
        var known = Decide(Decide(late, Ready("i1") with { At = At(60) }, 60).Roster, Ready("i1") with { At = At(40) }, 61).Roster;
        Assert.Equal(At(60), known.Processes[0].SaidAt);
    }

    [Fact]
    public void Ready_AsAnOlderVersionQueuedIt_IsSaidWhenItIsHandled()
    {
        var old = JsonSerializer.Deserialize<ProcessReady>("""{"ConnectionId":"c-new","InstanceId":"i1"}""")!;
        Assert.Null(old.At);
        var process = Assert.Single(Decide(Of("i1"), old, 20).Roster.Processes);
        Assert.Equal(("c-new", At(20)), (process.ConnectionId, process.SaidAt));
    }

    [Fact]
    public void Ready_AfterTheClockWasSetBack_IsNoLateWord() =>
        Assert.Equal("c-new", Assert.Single(Decide(Of("i1"), new ProcessReady("c-new", "i1", At(-600.1)), -600).Roster.Processes).ConnectionId);

    [Fact]
    public void Leaving_IsFinal_WhateverComesAfterIt()
    {
        var leaving = Decide(Of("i1"), new ProcessLeaving("c-i1")).Roster;
        Assert.Empty(Line(Decide(leaving, Ready("i1"), 60).Roster));
    }

    [Fact]
    public void Events_OfUnknownConnections_ChangeNothing()
    {
        foreach (var @event in new RelayEvent[] { new ProcessLeaving("x"), new ProcessGone("x"), new ProcessSilent("x") })
        {
            Assert.Equal(RelayRoster.Empty, Decide(RelayRoster.Empty, @event).Roster);
            Assert.Equal(Of("i1"), Decide(Of("i1"), @event).Roster);
        }
    }

    [Fact]
    public void IsNews_OfAKnownProcess_OnlyAfterFiveMinutes_OrWhenItWasSilent()
    {
        var roster = Of("i1");
        Assert.False(RelayRules.IsNews(roster, Ready("i1"), At(299)));
        Assert.True(RelayRules.IsNews(roster, Ready("i1"), At(300)));
        Assert.True(RelayRules.IsNews(roster, Ready("i2"), At(0)));
        Assert.True(RelayRules.IsNews(roster, new("c-new", "i1"), At(0)));
        Assert.True(RelayRules.IsNews(Decide(roster, new ProcessSilent("c-i1")).Roster, Ready("i1"), At(0)));
    }

    // What it says is noted every five minutes at the most, so after its last word it is listed for 10 to 15 minutes.
    [Fact]
    public void AProcess_OfWhichNothingIsNotedForFifteenMinutes_IsNotListed()
    {
        var roster = Of("i1");
        Assert.Equal(["i1"], Line(roster, at: 899));
        Assert.Empty(Line(roster, at: 900));
        Assert.True(Decide(roster, Ready("i2"), 900).IsFirst);
        Assert.Equal(["i2"], Decide(roster, Ready("i2"), 900).Roster.Processes.Select(process => process.InstanceId));
    }

    [Fact]
    public void Processes_AreLimited_AndOneThatComesBackHasRoom()
    {
        var full = Of([.. Enumerable.Range(0, RelayRoster.MostProcesses).Select(n => $"i{n}")]);
        Assert.False(RelayRules.HasRoom(full, Ready("one-more"), At(0)));
        Assert.Equal(full, Decide(full, Ready("one-more")).Roster);
        Assert.True(RelayRules.HasRoom(full, new("c-new", "i3"), At(0)));
        Assert.Equal(RelayRoster.MostProcesses, Decide(full, new ProcessReady("c-new", "i3")).Roster.Processes.Length);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(full).Length, 1, 16 * 1024);
    }

    [Fact]
    public void Line_IsAnotherOneForEachWebhook_AndTheSameForARepeat()
    {
        var roster = Of("i1", "i2", "i3", "i4");
        var first = Enumerable.Range(0, 4_000).Select(n => Line(roster, $"w{n}")[0]).GroupBy(instance => instance).ToDictionary(group => group.Key, group => group.Count());
        Assert.All(first.Values, count => Assert.InRange(count, 900, 1_100));
        Assert.Equal(Line(roster, "w7"), Line(Of("i4", "i3", "i2", "i1"), "w7"));
        // Who has come back over another connection is the same process, and knows the webhook.
        Assert.Equal(Line(roster, "w7"), Line(Decide(roster, new ProcessReady("c-new", "i2")).Roster, "w7"));
    }

    [Fact]
    public void Line_BeginsWithTheHolder_AndEndsWithTheSilent()
    {
        var roster = Decide(Of("i1", "i2", "i3"), new ProcessSilent("c-i1")).Roster;
        Assert.All(Enumerable.Range(0, 20), n => Assert.Equal("i3", Line(roster, $"w{n}", holder: "i3")[0]));
        Assert.All(Enumerable.Range(0, 20), n => Assert.Equal("i1", Line(roster, $"w{n}", holder: "i1")[^1]));
    }

    // A rolling deploy handed sessions to processes that were the next to leave: four hand-overs for some of them.
    [Fact]
    public void Line_OfAHandOver_BeginsWithThoseThatAreNew()
    {
        var roster = Decide(Decide(Of("i1", "i2", "i3"), Ready("n1"), 600).Roster, Ready("n2"), 630).Roster;
        Assert.All(Enumerable.Range(0, 20), n => Assert.Equal(["n1", "n2"], Line(roster, $"w{n}", leaving: "i1", at: 640)[..2].Order()));
        Assert.Contains(Enumerable.Range(0, 20), n => Line(roster, $"w{n}", at: 640)[0][0] == 'i'); // of other webhooks everybody has a share
        // Who has only come back is not new.
        var back = Decide(roster, new ProcessReady("c-new", "i2"), 640).Roster;
        Assert.Equal("i2", Line(back, "w1", leaving: "i1", at: 641)[2..].Single(instance => instance == "i2"));
    }

    [Fact]
    public void Line_IsWithoutThoseWhoLeave()
    {
        var roster = Decide(Of("i1", "i2", "i3"), new ProcessLeaving("c-i1")).Roster;
        Assert.Equal(["i3"], Line(roster, holder: "i1", leaving: "i2"));
    }

    [Fact]
    public void WithoutAny_SaysWhatIsThere()
    {
        Assert.Equal("nobody_connected", RelayRules.WithoutAny(RelayRoster.Empty, null, At(0)).Detail);
        Assert.Equal("nobody_connected", RelayRules.WithoutAny(Of("i1"), null, At(0)).Detail); // it was found to be gone
        var leaving = RelayRules.WithoutAny(Decide(Of("i1"), new ProcessLeaving("c-i1")).Roster, null, At(0));
        Assert.Equal(("http_503", true, 2_000), (leaving.Detail, leaving.IsLeaving, leaving.RetryAfterMs));
        Assert.True(RelayRules.WithoutAny(Of("i1"), "i1", At(0)).IsLeaving);
    }

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(true, RunReason.Resurrection, true)]
    [InlineData(true, RunReason.HandOver, false)]
    public void Unrelayed_CountsAsLost_WhenItWasPutOffOftenEnough_AndAHandOverNever(bool blind, RunReason? reason, bool lost) =>
        Assert.Equal(lost ? "network" : null, global::Lifecycle.Rules.Unrelayed(blind, reason is { } why ? new Invitation("r1", "i1", why) : null)?.Detail);

    [Theory]
    [InlineData(null, false, true)]
    [InlineData(RunReason.Resurrection, false, true)]
    [InlineData(RunReason.HandOver, false, false)]
    [InlineData(RunReason.HandOver, true, true)]
    public void MaySend_AHandOver_OnlyWithAToken(RunReason? reason, bool hasToken, bool may) =>
        Assert.Equal(may, global::Lifecycle.Rules.MaySend(reason is { } why ? new Invitation("r1", "i1", why) : null, hasToken));

    [Fact]
    public void Replies_AreKeptForTenSeconds_TheFirstOneCounts_AndThereAreNotTooMany()
    {
        var roster = Decide(RelayRoster.Empty, new WebhookReplied("t1", new RelayReply(202))).Roster;
        roster = Decide(roster, new WebhookReplied("t1", new RelayReply(410)), 1).Roster;
        Assert.Equal(202, roster.ReplyTo("t1")!.Status);
        Assert.Null(Decide(roster, new ProcessGone("x"), 10).Roster.ReplyTo("t1"));
        var many = Enumerable.Range(0, 100).Aggregate(RelayRoster.Empty, (r, n) => Decide(r, new WebhookReplied($"t{n}", new RelayReply(202))).Roster);
        Assert.Equal(RelayRoster.MostReplies, many.Replies.Length);
        Assert.NotNull(many.ReplyTo("t99"));
    }

    [Fact]
    public void AStepBackOfTheClock_KeepsEverybody()
    {
        var back = Decide(Of("i1"), Ready("i2"), -600).Roster;
        Assert.Equal(2, Line(back, at: -600).Length);
        Assert.Equal(2, Line(back, at: 200).Length);
    }

    [Fact]
    public void Roster_RoundTrips_AndIsRefusedWhenItIsOfANewerVersion()
    {
        var roster = Decide(Decide(Of("i1", "i2"), new ProcessSilent("c-i1")).Roster, new WebhookReplied("t", new RelayReply(503, "2", null, "i1"))).Roster;
        Assert.Equal(roster, JsonSerializer.Deserialize<RelayRoster>(JsonSerializer.Serialize(roster)));
        Assert.Throws<InvalidOperationException>(() => Decide(roster with { Schema = 2 }, Ready("i1")));
    }

    [Fact]
    public void Reply_MeansWhatAnHttpAnswerMeans()
    {
        Assert.Equal(WebhookResult.FromStatus(503, TimeSpan.FromSeconds(3)) with { IsLeaving = true }, new RelayReply(503, "3", null, "i1").ToResult(At(0)));
        Assert.Equal("i1", new RelayReply(202, HeldBy: "i1").ToResult(At(0)).HeldBy);
        Assert.Equal((null, false), (new RelayReply(202, HeldBy: "a b").ToResult(At(0)).HeldBy, new RelayReply(503, Leaving: "").ToResult(At(0)).IsLeaving));
    }
}
