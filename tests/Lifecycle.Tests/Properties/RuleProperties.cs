using FsCheck.Xunit;

namespace Lifecycle.Tests.Properties;

/// <summary>The rules of DESIGN section 2 that hold at every moment, over any order of events.</summary>
public sealed class RuleProperties
{
    static readonly AppState[] ends =
        [AppState.None, AppState.Running, AppState.Disconnected, AppState.Dormant, AppState.Evicted, AppState.Stopped];

    static ChaosWorld Play(byte[] script, Policy? policy = null)
    {
        var world = new ChaosWorld(policy ?? Policy.Default);
        world.Decide(new StartRequested());
        world.Play(script);
        return world;
    }

    [Property(MaxTest = 2000, EndSize = 300)]
    public void No_webhook_is_ordered_while_a_connection_is_attached(byte[] script)
    {
        foreach (var step in Play(script).Steps.Where(s => s.Decision.Order is { Kind: RunOrderKind.Send, Blind: false }))
        {
            Assert.Null(step.Before.Attachment);
        }

        Assert.Equal(0, Play(script).WebhooksWhileAttached);
    }

    [Property(MaxTest = 2000, EndSize = 300)]
    public void A_grace_expiry_leads_to_at_most_one_run_and_two_never_run_at_once(byte[] script)
    {
        var started = new HashSet<string>();
        foreach (var step in Play(script).Steps)
        {
            var starts = step.Decision.Of<StartRun>().ToList();
            Assert.True(starts.Count + step.Decision.Of<AskGate>().Count() <= 1);
            if (step.Event is RunMissing)
            {
                // No new run: the one that nobody drives any more goes on.
                Assert.All(starts, run => Assert.Equal(step.Before.Run?.Id, run.RunId));
                continue;
            }

            Assert.All(starts, run => Assert.True(started.Add($"{run.RunId}|{run.Driver}"), $"run {run.RunId} was started twice"));
            Assert.All(starts, run => Assert.Equal((run.RunId, run.Driver), (step.Decision.Session.Run?.Id, step.Decision.Session.Run?.Driver)));
            if (step.Event is AttemptDue due && step.Before.Run?.Id != due.RunId)
            {
                Assert.Equal(RunOrderKind.End, step.Decision.Order?.Kind);
            }

            if (step.Decision.Session.Run is { Reason: RunReason.Resurrection } begun && begun.Id != step.Before.Run?.Id)
            {
                Assert.True(step.Event is TimerFired or UserCameBack);
                Assert.Null(step.Before.Run);
            }
        }
    }

    [Property(MaxTest = 2000, EndSize = 300)]
    public void Stale_arrivals_change_nothing_but_their_count(byte[] script)
    {
        foreach (var (before, @event, decision, _) in Play(script).Steps.Where(s => s.Decision.Outcome.IsStale))
        {
            // A connection that is refused for it is closed, and that is remembered.
            var refused = decision.Outcome.Kind == OutcomeKind.Refused ? (@event as Connected)?.ConnectionId ?? (@event as Initialized)?.ConnectionId : null;
            Effect[] closes = refused is null ? [] : [new CloseConnection(refused, decision.Outcome.Reason)];
            Assert.Equal(closes, decision.Effects);
            var closed = refused ?? (@event as Disconnected)?.ConnectionId;
            var learned = closed is not null && before.State != AppState.None ? before.WithClosed(closed) : before;
            learned = @event is Disconnected ? learned with { Chores = learned.Chores.Without(closed!) } : learned;
            Assert.Equal(learned with { Tally = decision.Session.Tally, WrittenOff = decision.Session.WrittenOff }, decision.Session);
        }
    }

    [Property(MaxTest = 2000, EndSize = 300)]
    public void Reconnect_keeps_subscriptions_and_correlation_and_Connect_starts_clean(byte[] script)
    {
        foreach (var (before, @event, decision, _) in Play(script).Steps)
        {
            // A change of subscriptions over a connection that is adopted, or was missing, is greeted first.
            var kept = before.State == AppState.Running || decision.Session.Attachment is { Resumed: true };
            var inForce = @event is not SubscriptionsReplaced ? decision.Session.Subscriptions : kept ? before.Subscriptions : before.Subscriptions.Cleared();
            foreach (var ack in decision.Of<SendAck>().Select(e => e.Ack).Where(_ => decision.Outcome.Reason != Reasons.Duplicate))
            {
                Assert.Equal(inForce.Version, ack.SubscriptionsVersion);
                Assert.Equal(inForce.Streams.AsEnumerable(), ack.Subscriptions);
                if (@event is SubscriptionsReplaced or Released && before.State == AppState.Running)
                {
                    Assert.Equal(before.CorrelationId, ack.CorrelationId);
                }
                else if (ack.Resumed)
                {
                    Assert.Equal(before.CorrelationId, ack.CorrelationId);
                    Assert.Equal(before.Subscriptions, @event is SubscriptionsReplaced ? before.Subscriptions : decision.Session.Subscriptions);
                }
                else if (decision.Outcome.Reason != Reasons.Adopted)
                {
                    Assert.NotEqual(before.CorrelationId, ack.CorrelationId);
                    Assert.Empty(ack.Subscriptions);
                }
            }
        }
    }

    [Property(MaxTest = 2000, EndSize = 300)]
    public void A_connection_that_is_known_to_be_closed_never_attaches(byte[] script)
    {
        foreach (var (before, @event, decision, _) in Play(script).Steps)
        {
            if (@event is Connected connected && before.HasClosed(connected.ConnectionId))
            {
                Assert.Equal(before.Attachment, decision.Session.Attachment);
            }
        }
    }

    [Property(MaxTest = 1000, EndSize = 200)]
    public void Every_session_comes_to_an_end_state_when_nothing_more_happens(byte[] script)
    {
        var world = Play(script);
        world.Settle();
        Assert.Equal(0, world.ActiveRuns);
        // A lost close leaves the session RUNNING: the sweep that asks the service finds it.
        Assert.Contains(world.Session.State, ends);
    }

    [Property(MaxTest = 1000, EndSize = 200)]
    public void Without_resurrection_in_the_policy_no_run_follows_a_grace_window(byte[] script)
    {
        var world = Play(script, Policy.Default with { Resurrect = false });
        Assert.DoesNotContain(world.Steps.SelectMany(s => s.Decision.Of<AskGate>()), asked => asked.Ask.Reason == RunReason.Resurrection);
    }

    [Property(MaxTest = 2000, EndSize = 300)]
    public void Stop_wins_until_somebody_asks_for_a_start(byte[] script)
    {
        var stopped = false;
        foreach (var (_, @event, decision, _) in Play(script).Steps)
        {
            stopped = decision.Outcome.Kind == OutcomeKind.Applied && @event switch
            {
                StopRequested => true,
                StartRequested or CarriedOver => false,
                _ => stopped,
            } || (stopped && decision.Outcome.Kind != OutcomeKind.Applied);
            Assert.False(stopped && decision.Session.State is not (AppState.Stopping or AppState.Stopped or AppState.None));
        }
    }

    [Property(MaxTest = 2000, EndSize = 300)]
    public void Epochs_grow_and_timers_carry_the_epoch_in_force(byte[] script)
    {
        foreach (var (before, _, decision, _) in Play(script).Steps.Where(s => s.Decision.Session.State != AppState.None))
        {
            Assert.True(decision.Session.Epoch >= before.Epoch);
            Assert.All(decision.Of<ArmTimer>(), timer => Assert.Equal(decision.Session.Epoch, timer.Epoch));
            Assert.All(decision.Of<ArmTimer>(), timer => Assert.Equal(DueOf(timer.Kind, decision.Session), timer.DueAt));
        }
    }

    static DateTimeOffset? DueOf(TimerKind kind, AppSession session) => kind switch
    {
        TimerKind.Mend => session.Attachment?.MendAt,
        TimerKind.Chores => session.Chores.DueAt,
        TimerKind.Stable => session.Life.StableAt,
        _ => session.Deadline,
    };

    [Property(MaxTest = 2000, EndSize = 300)]
    public void What_is_left_to_do_is_done_or_given_up_before_the_session_is_forgotten(byte[] script)
    {
        var world = Play(script);
        foreach (var (before, _, decision, _) in world.Steps)
        {
            var chores = decision.Session.Chores;
            Assert.True(chores.Closes.Length <= Chores.MostCloses);
            Assert.Equal(chores.DueAt is null, chores.Closes.IsEmpty && chores.GroupTries == 0);
            Assert.True(chores.GroupTries == 0 || (decision.Session.State != AppState.Running && !decision.Session.Groups.Unleft.IsEmpty));
            Assert.True(before.Chores.DueAt is null || decision.Session.State != AppState.None);
        }

        world.Settle();
        Assert.Equal(Chores.None, world.Session.Chores);
    }

    [Property(MaxTest = 2000, EndSize = 300)]
    public void Attached_means_RUNNING_or_STOPPING_and_a_run_means_a_state_that_waits_for_the_app(byte[] script)
    {
        foreach (var session in Play(script).Steps.Select(s => s.Decision.Session))
        {
            Assert.True(session.State == AppState.Running ? session.Attachment is not null : session.Attachment is null || session.State == AppState.Stopping);
            Assert.True(session.Run is null || session.State is AppState.Starting or AppState.Disconnected or AppState.Resurrecting or AppState.Backoff);
        }
    }
}
