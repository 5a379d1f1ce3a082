using System.Text.Json;
using FsCheck.Xunit;
using Lifecycle.Tests.Properties;
using Xunit;
using Kept = Lifecycle.History;

namespace Lifecycle.Tests;

public sealed class HistoryTests
{
    const int MostCharacters = Kept.MostRecent + Kept.MostInBlocks + (2 * Kept.MostState);

    [Property(MaxTest = 300, EndSize = 300)]
    public void After_AnyOrderOfEvents_EveryRememberedDecisionIsMadeAgainExactly(byte[] script)
    {
        var world = new ChaosWorld(Policy.Default, succeeding: true);
        world.Decide(new StartRequested());
        world.Play(script);
        var history = world.Steps.Aggregate(Kept.None, (so, step) => so.After(step.Before, step.Event, step.Decision, step.At, step.Policy));
        Assert.All(Stored(history).Read(), decision => Assert.NotEqual(false, decision.Replays(Walk.Id)));
    }

    [Fact]
    public void After_ADayOfFlaps_StaysSmallAndKeepsTheNewest()
    {
        var (session, history, length, fewest) = (Walk.Running(), Kept.None, 0, int.MaxValue);
        for (var flap = 0; flap < 500; flap++)
        {
            (session, history) = Flap(session, history, flap);
            length = Math.Max(length, LengthOf(history));
            fewest = flap < 50 ? fewest : Math.Min(fewest, history.Read().Length);
        }

        var decisions = history.Read();
        Assert.InRange(length, 1, MostCharacters);
        Assert.InRange(fewest, 12, decisions.Length);
        Assert.Equal((Reasons.Reconnect, AppState.Running), (decisions[^1].Outcome.Reason, decisions[^1].To));
        Assert.Equal(decisions.OrderBy(decision => decision.At), decisions);
        Assert.All(decisions, decision => Assert.True(decision.Replays(Walk.Id)));
    }

    // It is dropped by who keeps it, and begins anew: joined to what came after it nobody could read any of it.
    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"d\":1}")]
    public void After_BlockThatIsNoArray_SaysSo(string block)
    {
        var (session, history) = (Walk.Running(), Kept.None with { Blocks = [HistoryBlock.Pack(block)] });
        Assert.Throws<FormatException>(() =>
        {
            for (var flap = 0; flap < 10; flap++)
            {
                (session, history) = Flap(session, history, flap);
            }
        });
    }

    // The figure of the issue: with a full history an idle session is stored in less than 8 KiB.
    [Fact]
    public void Length_IdleSessionWithAFullHistory_LeavesRoomWithin8KiB()
    {
        var (session, history, most) = (Walk.Running(), Kept.None, 0);
        for (var flap = 0; flap < 200; flap++)
        {
            (session, history) = Flap(session, history, flap);
            most = Math.Max(most, JsonSerializer.Serialize(new { Session = session, Policy = Policy.Default, Outbox = Outbox.Empty, History = history }).Length);
        }

        Assert.InRange(most, 4_000, 8_191);
    }

    [Fact]
    public void After_Messages_RemembersNothingOfThem()
    {
        var history = Played([Step(Walk.Running(), new MessagePosted("m1", "\"a secret\""), 2_000)]);
        Assert.Equal(Kept.None, history);
    }

    // A publisher that fills a buffer would push out why the app is away.
    [Fact]
    public void After_MessagesThatAreRefused_RemembersNothingOfThem()
    {
        var step = Step(AppSession.None.On(new StartRequested()), new MessagePosted("m1", "\"a secret\""), 2_000);
        Assert.Equal(OutcomeKind.Refused, step.Decision.Outcome.Kind);
        Assert.Equal(Kept.None, Played([step]));
    }

    // A session of 400 subscriptions that was carried over brought all of them into its history, within the event.
    [Fact]
    public void After_EventTooLarge_KeepsTheHead()
    {
        var there = Walk.Running().On(new SubscriptionsReplaced("c1", [.. Enumerable.Range(0, 400).Select(n => $"stream-{n:0000}")], 1), 500);
        var history = Played([Step(AppSession.None, new CarriedOver(SessionCargo.Of(there, Walk.Start.AddMilliseconds(600))!, Walk.Start.AddMilliseconds(60_000)), 1_000)]);
        Assert.InRange(LengthOf(history), 1, MostCharacters);
        Assert.Equal((Reasons.CarriedOver, null), (history.Read().Single().Outcome.Reason, history.Read().Single().Event));
    }

    // After a rollback: the version before does not know an event that the newer one had written.
    [Fact]
    public void Read_EventOfALaterVersion_IsItsHead()
    {
        var lost = Step(Walk.Running(), new Disconnected("c1"), 1_000);
        var history = Played([lost, Step(lost.Decision.Session, new Connected("c2", "i1"), 2_000)]);
        var decisions = (history with { Recent = history.Recent.Replace("\"$type\":\"Disconnected\"", "\"$type\":\"SomethingNew\"", StringComparison.Ordinal) }).Read();
        Assert.Equal([null, true], decisions.Select(decision => decision.Replays(Walk.Id)));
        Assert.Equal((Reasons.SocketLost, AppState.GracePeriod), (decisions[0].Outcome.Reason, decisions[0].To));
    }

    // An operator must not read in a history what a user's app was sent.
    [Fact]
    public void After_LossWithMessagesKept_HoldsNoText()
    {
        var session = Walk.Running().On(new MessagePosted("m1", "\"a secret\""), 500);
        var history = Played([Step(session, new Disconnected("c1"), 1_000)]);
        Assert.DoesNotContain("secret", history.Recent, StringComparison.Ordinal);
        Assert.Equal(session.Mailbox.Kept.Single().Bytes, history.Read().Single().Before!.Mailbox.Kept.Single().Bytes);
        Assert.True(history.Read().Single().Replays(Walk.Id));
    }

    [Fact]
    public void After_TheSameAgainAndAgain_IsOneDecisionWithACount()
    {
        var session = Walk.Running();
        var steps = Enumerable.Range(0, 40).Select(n => Step(session, new TimerFired(TimerKind.Grace, 99), 2_000 + n));
        var decision = Played(steps).Read().Single();
        Assert.Equal((40, Walk.Start.AddMilliseconds(2_000), Walk.Start.AddMilliseconds(2_039)), (decision.Times, decision.At, decision.LastAt));
        Assert.True(decision.Replays(Walk.Id));
    }

    [Fact]
    public void After_SessionTooLarge_KeepsTheHead()
    {
        var session = Walk.Running().On(new SubscriptionsReplaced("c1", [.. Enumerable.Range(0, 400).Select(n => $"stream-{n:0000}")], 1), 500);
        var lost = Step(session, new Disconnected("c1"), 1_000);
        var found = Step(lost.Decision.Session, new Connected("c2", "i1", TokenEpoch: lost.Decision.Session.AttachedEpoch), 2_000);
        var decisions = Stored(Played([lost, found])).Read();
        Assert.Equal([Reasons.SocketLost, Reasons.Reconnect], decisions.Select(decision => decision.Outcome.Reason));
        Assert.All(decisions, decision => Assert.Null(decision.Replays(Walk.Id)));
    }

    [Fact]
    public void After_SessionForgotten_IsEmpty()
    {
        var stopped = Walk.In(AppState.Stopped);
        var history = Played([Step(Walk.Running(), new StopRequested("x"), 1_000), Step(stopped, new TimerFired(TimerKind.Retention, stopped.Epoch), 900_000)]);
        Assert.Equal(Kept.None, history);
    }

    [Fact]
    public void Replays_RulesThatDecideOtherwise_SaysSo()
    {
        var history = Played([Step(Walk.Running(), new Disconnected("c1"), 1_000)]);
        var decision = history.Read().Single() with { Fingerprint = "00000000" };
        Assert.False(decision.Replays(Walk.Id));
    }

    [Fact]
    public void Marks_AfterALossAndAReturn_SayHowLongAndWhatItTook()
    {
        var lost = Step(Walk.Running(), new Disconnected("c1", "server says \"bye\"\n"), 1_000);
        var back = Step(lost.Decision.Session, new Connected("c2", "i1"), 3_500);
        var marks = Played([lost, back]).Marks;
        Assert.Equal((Reasons.SocketLost, "server says \"bye\" ", "i1"), (marks.Loss!.Reason, marks.Loss.Error, marks.Loss.Instance));
        Assert.Equal((2_500d, 0, false), (marks.Attach!.AwayMs, marks.Attach.Webhooks, marks.Attach.IsFalse));
    }

    static (AppSession, Kept) Flap(AppSession session, Kept history, int flap)
    {
        var at = 60_000 * (flap + 1);
        var lost = Step(session, new Disconnected(session.Attachment!.ConnectionId!, "The server closed the connection"), at);
        var back = Step(
            lost.Decision.Session,
            new Connected(StableHash.Name("", Walk.Id, $"{flap}") + "Yx81", "i1", NegotiatedAt: Walk.Start.AddMilliseconds(at + 900), TokenEpoch: session.AttachedEpoch, TokenLife: session.CorrelationId) { Version = 2 },
            at + 1_000);
        return (back.Decision.Session, Played([lost, back], history));
    }

    static (AppSession Before, SessionEvent Event, Decision Decision, DateTimeOffset At) Step(AppSession before, SessionEvent @event, double atMs) =>
        (before, @event, before.Decide(@event, atMs), Walk.Start.AddMilliseconds(atMs));

    static Kept Played(IEnumerable<(AppSession Before, SessionEvent Event, Decision Decision, DateTimeOffset At)> steps, Kept? history = null) =>
        steps.Aggregate(history ?? Kept.None, (so, step) => so.After(step.Before, step.Event, step.Decision, step.At, Policy.Default));

    static Kept Stored(Kept history) => JsonSerializer.Deserialize<Kept>(JsonSerializer.Serialize(history))!;

    static int LengthOf(Kept history) => JsonSerializer.Serialize(history).Length;
}
