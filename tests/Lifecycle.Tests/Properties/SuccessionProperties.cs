using FsCheck.Xunit;

namespace Lifecycle.Tests.Properties;

/// <summary>What holds while processes leave, die and take over from each other, over any order of events.</summary>
public sealed class SuccessionProperties
{
    static ChaosWorld Play(byte[] script, Policy? policy = null)
    {
        var world = new ChaosWorld(policy ?? Policy.Default with { AckTimeoutMs = 10_000 }, succeeding: true);
        world.Decide(new StartRequested());
        world.Play(script);
        return world;
    }

    // Two processes that both live and answer must never both be given one message: the one that has it says first how far it came.
    [Property(MaxTest = 3000, EndSize = 300)]
    public void No_two_living_processes_work_on_one_message(byte[] script) => WorkAlone(script);

    // A message that was with the predecessor was told as undelivered to the successor, which had been sent nothing; so the predecessor seemed to have none left.
    [Fact]
    public void No_two_living_processes_work_on_one_message_that_was_told_as_undelivered_to_the_successor() =>
        WorkAlone([113, 154, 218, 229, 39, 99, 58, 4, 132, 218, 186, 37, 55]);

    static void WorkAlone(byte[] script)
    {
        var world = new ChaosWorld(Policy.Default, succeeding: true);
        world.Decide(new StartRequested());
        foreach (var code in script)
        {
            var before = world.Given.Count;
            var working = world.Given.Where(given => world.WorksOn(given.Connection, given.Seq)).ToList();
            world.Play([code]);
            foreach (var (connection, seq) in world.Given.Skip(before))
            {
                var both = working.Where(other => other.Seq == seq && other.Connection != connection && world.WorksOn(other.Connection, seq)
                    && world.ProcessOf(other.Connection) != world.ProcessOf(connection));
                Assert.True(!both.Any(), $"{seq} is with {string.Join(", ", both)} and {connection} after {string.Join("; ", world.Steps.TakeLast(6).Select(step => $"{step.Event} -> {step.Decision.Outcome}"))}");
            }
        }
    }

    [Property(MaxTest = 3000, EndSize = 300)]
    public void A_run_while_RUNNING_is_a_hand_over_and_nothing_else_is_one(byte[] script)
    {
        foreach (var session in Play(script).Steps.Select(step => step.Decision.Session))
        {
            Assert.True(session.Run is null || session.State == AppState.Running == (session.Run.Reason == RunReason.HandOver), $"{session.State} {session.Run}");
        }
    }

    [Property(MaxTest = 3000, EndSize = 300)]
    public void A_hand_over_never_loses_the_attachment_but_to_the_successor(byte[] script)
    {
        foreach (var (before, @event, decision, _) in Play(script).Steps.Where(step => step.Before.Run is { Reason: RunReason.HandOver }))
        {
            var isStep = @event is AttemptDue or AttemptAdmitted or AttemptSent or AttemptFound or AttemptUnlooked or AttemptStalled or CalledUp or RunMissing;
            Assert.True(!isStep || (decision.Session.State == AppState.Running && decision.Session.Attachment == before.Attachment), $"{@event}: {decision.Session.State}");
        }
    }

    [Property(MaxTest = 3000, EndSize = 300)]
    public void An_invitation_is_good_once(byte[] script)
    {
        var taken = new HashSet<string>();
        foreach (var (before, @event, decision, _) in Play(script).Steps)
        {
            var shown = (@event as Connected ?? (@event as HubCall)?.Negotiated)?.TakeOver;
            if (shown is not null && decision.Outcome is { Kind: OutcomeKind.Applied, Reason: Reasons.TakenOver or Reasons.Connect } && before.Invited?.Id == shown)
            {
                Assert.True(taken.Add(shown), $"{shown} was used twice");
            }
        }
    }

    [Property(MaxTest = 3000, EndSize = 300)]
    public void A_successor_has_the_subscriptions_and_the_correlation_id_of_the_one_before(byte[] script)
    {
        foreach (var (before, _, decision, _) in Play(script).Steps.Where(step => step.Decision.Outcome is { Kind: OutcomeKind.Applied, Reason: Reasons.TakenOver }))
        {
            Assert.Equal((before.CorrelationId, before.Subscriptions), (decision.Session.CorrelationId, decision.Session.Subscriptions));
            Assert.True(decision.Session.Attachment is { Resumed: true, TakenOver: true });
        }
    }

    [Property(MaxTest = 3000, EndSize = 300)]
    public void What_is_open_was_sent_is_kept_and_is_watched(byte[] script)
    {
        foreach (var session in Play(script).Steps.Select(step => step.Decision.Session).Where(session => session.State == AppState.Running))
        {
            var mailbox = session.Mailbox;
            Assert.True(mailbox.DoneUpTo is null || (mailbox.DoneUpTo <= mailbox.SentUpTo && mailbox.Kept.All(kept => kept.Seq > mailbox.DoneUpTo)), $"{mailbox}");
            Assert.Equal(session.Attachment!.ConnectionId is not null && session.Predecessor is null && session.Attachment.Tells, mailbox.DoneUpTo is not null && session.Attachment.ConnectionId is not null && session.Predecessor is null);
            Assert.True(
                !mailbox.HasOpen || session.Predecessor is not null || session.Released || !session.Attachment.Tells || session.Attachment.DeafLookAt is not null || session.Attachment.DeafAt is not null,
                $"nobody watches {mailbox}");
        }
    }

    [Property(MaxTest = 1000, EndSize = 200)]
    public void Every_session_comes_to_an_end_state_and_awaits_no_predecessor_for_ever(byte[] script)
    {
        var world = Play(script, Policy.Default with { AckTimeoutMs = 10_000, ReplaceDeaf = script.Length % 2 == 0 });
        world.Settle();
        Assert.Equal(0, world.ActiveRuns);
        Assert.Null(world.Session.Predecessor);
    }
}
