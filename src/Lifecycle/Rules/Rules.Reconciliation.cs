namespace Lifecycle;

/// <summary>What to ask the SignalR service about an app session.</summary>
/// <param name="ConnectionId">Whether it knows this connection; null: whether it knows any of the user.</param>
/// <param name="Expected">What it says when no event was lost.</param>
/// <param name="Epoch">The app session's epoch, for the answer.</param>
public sealed record ServiceQuestion(string? ConnectionId, bool Expected, long Epoch);

public static partial class Rules
{
    /// <summary>How long a state is left alone: its events may still be on their way, and a socket that closes is known for a moment.</summary>
    public static readonly TimeSpan LeaveAlone = TimeSpan.FromSeconds(10);

    /// <summary>For how long a session that nobody works on is asked about: then its app has certainly gone its way.</summary>
    public static readonly TimeSpan AskIdle = TimeSpan.FromHours(1);

    /// <summary>
    /// How long after its next step was due an orchestration counts as gone: far beyond what a killed host, a backlog, or an app session that cannot
    /// answer for a while cost it.
    /// </summary>
    public static readonly TimeSpan RunLost = TimeSpan.FromMinutes(15);

    /// <summary>How long after a question to the gate was due its answer counts as gone.</summary>
    public static readonly TimeSpan AskLost = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The run that nobody drives any more; null when none is missing. An orchestration ends without having ended its run when a release cannot
    /// replay it, or when somebody purged it; a question to the gate, or its answer, when the version that ran could not read the state.
    /// </summary>
    public static RunMissing? LostRunOf(AppSession session, DateTimeOffset now) =>
        session.Run is { } run && now - run.DueAt > (run.Phase is RunPhase.Asking or RunPhase.Waiting ? AskLost : RunLost) ? new RunMissing(run.Id) : null;

    /// <summary>What never came to a session, though nothing of it is lost: reconciliation tells it in place of whoever should have.</summary>
    public static IEnumerable<SessionEvent> LostOf(AppSession session, DateTimeOffset now, Policy? policy = null) =>
        new SessionEvent?[] { LostTimerOf(session, now, policy), LostChoresOf(session, now), LostDrainOf(session, now), LostDeafLookOf(session, now), LostRunOf(session, now) }
            .OfType<SessionEvent>();

    /// <summary>
    /// What reconciliation asks about a session now; null for nothing. One that is attached may have lost its disconnected event, one
    /// that is not its connected event.
    /// </summary>
    public static ServiceQuestion? QuestionAbout(AppSession session, DateTimeOffset now)
    {
        var age = now - session.Since;
        return session.State switch
        {
            AppState.Running => IsLeftAlone(now - session.Attachment!.AttachedAt)
                ? null
                : new ServiceQuestion(session.Attachment.ConnectionId, Expected: true, session.Epoch),
            AppState.None or AppState.Stopping or AppState.Stopped => null,
            AppState.Dormant or AppState.Evicted => Idle(),
            AppState.Disconnected when session.Run is null => Idle(),
            _ => IsLeftAlone(age) ? null : Any(),
        };

        ServiceQuestion? Idle() => IsLeftAlone(age) || age > AskIdle ? null : Any();

        ServiceQuestion Any() => new(null, Expected: false, session.Epoch);
    }

    // An age below zero is none: a clock was set back.
    static bool IsLeftAlone(TimeSpan age) => age >= TimeSpan.Zero && age < LeaveAlone;

    /// <summary>The event that an answer amounts to; null when it is as expected.</summary>
    public static SessionEvent? EventOf(ServiceQuestion question, bool answer) => (question.Expected, answer) switch
    {
        (true, false) => new ConnectionMissing(question.ConnectionId, question.Epoch),
        (false, true) => new ConnectionFound(question.Epoch),
        _ => null,
    };

    // The same run goes on where it stood: what is done again carries the same webhook id, and is done under the same instance id.
    static Decision OnRunMissing(Turn turn, RunMissing missing)
    {
        if (CurrentRun(turn, missing.RunId) is not { } run || LostRunOf(turn.Before, turn.Now) is null)
        {
            return turn.Ignore(Reasons.StaleRun);
        }

        if (run.Reason == RunReason.HandOver)
        {
            return GiveUpHandOver(turn); // its time is long over
        }

        var before = turn.Before;
        var phase = run.Phase == RunPhase.Sending ? RunPhase.Sending : RunPhase.Asking;
        var driver = phase == RunPhase.Sending ? run.Driver : run.Driver + 1;
        var again = run with { Phase = phase, Driver = driver, DueAt = turn.Now, InVain = run.Phase == RunPhase.Confirming ? WebhookId(turn, run.Id, run.Attempt) : run.InVain };
        turn.Do(phase == RunPhase.Sending ? StartOf(turn, again, SendOrder(turn, again)) : AskFor(turn, again, before.Foreground));
        return turn.Stay(Reasons.RunMissing, before with { Run = again });
    }

    static Decision OnConnectionMissing(Turn turn, ConnectionMissing missing)
    {
        var session = turn.Before;
        return session.State == AppState.Running && session.Epoch == missing.Epoch && session.Attachment!.ConnectionId == missing.ConnectionId
            ? LoseSocket(turn, missing.ConnectionId, Reasons.ConnectionMissing)
            : turn.Ignore(Reasons.StaleLook);
    }

    static Decision OnConnectionFound(Turn turn, ConnectionFound found)
    {
        var session = turn.Before;
        return session.Epoch == found.Epoch && QuestionAbout(session, turn.Now) is { Expected: false }
            ? Adopt(turn)
            : turn.Ignore(Reasons.StaleLook);
    }

    // The service knows a connection of this user, so its connected event was lost: the app is attached, no webhook goes out.
    static Decision Adopt(Turn turn)
    {
        var before = turn.Before;
        var resumed = before.State is not (AppState.Starting or AppState.Evicted) && (before.State == AppState.GracePeriod || before.KeepsState(turn.Now));
        var epoch = before.Epoch + 1;
        var after = before with
        {
            Epoch = epoch,
            CorrelationId = resumed ? before.CorrelationId : NewCorrelation(turn, epoch, Reasons.Adopted),
            Attachment = new Attachment { AttachedAt = turn.Now, Resumed = resumed },
            Subscriptions = resumed ? before.Subscriptions : before.Subscriptions.Cleared(),
            Life = LifeOfAdopted(turn),
            Tally = before.Tally with
            {
                Connects = before.Tally.Connects + (resumed ? 0 : 1),
                Reconnects = before.Tally.Reconnects + (resumed ? 1 : 0),
            },
        };
        var mailbox = resumed ? before.Mailbox.ResumedAfter(null, isSame: true, tells: before.Mailbox.DoneUpTo is not null) : before.Mailbox.Cleared(before.Mailbox.DoneUpTo is not null);
        return Greet(turn.Blaming(before.Evidence.AtAdoption), after.Expecting(mailbox), resumed, Reasons.Adopted, sameProcess: false);
    }
}
