using Lifecycle.Tests.Apps;

namespace Lifecycle.Tests.Invariants;

/// <summary>What the log of a broken invariant keeps is enough to make the decision again.</summary>
public sealed class DecisionRecordTests
{
    static string RecordOf(AppSession before, SessionEvent @event, double atMs) =>
        DecisionRecord.Of(before, @event, before.Decide(@event, atMs), Walk.Start.AddMilliseconds(atMs), Policy.Default);

    static AppSession Holding(int messages, string body) =>
        Enumerable.Range(1, messages).Aggregate(Walk.InGrace(), (session, n) => session.On(new MessagePosted($"m{n}", body), 1_100));

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void ReadSession_OfARecord_ReplaysTheDecision(int messages)
    {
        var before = Holding(messages, "\"a text\"");

        var made = DecisionRecord.ReadSession(RecordOf(before, new Connected("c2", "i1", true), 2_000));

        Assert.True(made!.Replays(Walk.Id));
        Assert.Equal((AppState.GracePeriod, AppState.Running, nameof(Connected)), (made.From, made.To, made.EventName));
    }

    // As large as one session can be: hundreds of subscriptions with long names.
    [Fact]
    public void ReadSession_OfALargeSession_ReplaysTheDecisionAndFitsIntoAProperty()
    {
        var streams = Enumerable.Range(0, 400).Select(n => $"stream/with/a/long/name/{n:D4}").ToList();
        var before = Walk.Running().On(new SubscriptionsReplaced("c1", [.. streams], 1), 500);

        var record = RecordOf(before, new Disconnected("c1"), 1_000);

        Assert.InRange(record.Length, 1, DecisionRecord.MostLength);
        Assert.True(DecisionRecord.ReadSession(record)!.Replays(Walk.Id));
    }

    [Fact]
    public void Of_ADecisionOfAnotherMaking_DoesNotReplay()
    {
        var right = Walk.Running().Decide(new Disconnected("c1"), 1_000);
        var record = DecisionRecord.Of(Walk.Running(), new Disconnected("c1"), right with { Session = Walk.Running() }, Walk.Start.AddSeconds(1), Policy.Default);

        Assert.False(DecisionRecord.ReadSession(record)!.Replays(Walk.Id));
    }

    [Fact]
    public void Of_ASessionWithMessages_HasNoTexts() =>
        Assert.DoesNotContain("secret", RecordOf(Holding(1, "\"secret\""), new MessagePosted("m9", "\"secret\""), 2_000), StringComparison.Ordinal);

    // Nothing compresses it: the head says at least what was decided.
    [Fact]
    public void Of_WhatIsTooLargeInAnyForm_HasTheHead()
    {
        var streams = Enumerable.Range(0, 4_000).Select(n => StableHash.Name("s", Walk.Id, $"{n}")).ToList();
        var before = Walk.Running() with { Subscriptions = new SubscriptionSet { Version = 1, Streams = [.. streams] } };

        var record = RecordOf(before, new Disconnected("c1"), 1_000);

        Assert.InRange(record.Length, 1, DecisionRecord.MostLength);
        var made = DecisionRecord.ReadSession(record)!;
        Assert.Null(made.Replays(Walk.Id));
        Assert.Equal(nameof(Disconnected), made.EventName);
    }

    [Fact]
    public void ReadGate_OfARecord_ReplaysTheDecision()
    {
        var (gate, ask) = (GateWalk.Open(), GateWalk.Ask("w1").By("s1"));
        var record = GateRecord.Of(GateWalk.Package, gate, ask, gate.Decide(ask, 100), GateWalk.At(100), Policy.Default, hasHealthUrl: false);

        var read = DecisionRecord.ReadGate(DecisionRecord.Of(record));

        Assert.True(read!.Replays);
        Assert.False((read with { At = GateWalk.At(60_000) }).Replays);
    }

    [Fact]
    public void ReadGate_OfARecordWithoutItsGate_CannotBeReplayed() =>
        Assert.Null(new GateRecord("p", Walk.Start, "AdmissionAsked", Policy.Default, false, "f").Replays);
}
