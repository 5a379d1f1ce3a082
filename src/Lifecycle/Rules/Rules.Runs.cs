namespace Lifecycle;

public static partial class Rules
{
    /// <summary>
    /// How late a slot can be used: after a longer outage of ours everybody asks anew, or all missed slots would go at once. Once, for where the
    /// engine is slower than that every slot is missed.
    /// </summary>
    internal static readonly TimeSpan SlotKept = TimeSpan.FromSeconds(2.5);

    /// <summary>How long to leave alone what could not be asked.</summary>
    static readonly TimeSpan stallWait = TimeSpan.FromSeconds(5);

    static Decision OnAttemptDue(Turn turn, AttemptDue due)
    {
        if (CurrentRun(turn, due.RunId, due.Driver) is not { } run)
        {
            return EndRun(turn);
        }

        if (turn.Now < run.DueAt && run.Phase != RunPhase.Sending)
        {
            return turn.Ignore(Reasons.TimerEarly, OrderOf(turn, run));
        }

        run = WithoutLateness(turn, run);
        if (turn.Before.Away && run.Reason != RunReason.HandOver)
        {
            return FallDormant(turn);
        }

        return run.Phase switch
        {
            RunPhase.Asking => turn.Ignore(Reasons.Duplicate, AskOrder(turn, run)),
            RunPhase.Sending => turn.Ignore(Reasons.Duplicate, SendOrder(turn, run)),
            RunPhase.Confirming when run.Reason == RunReason.HandOver => HandOverLater(turn, InVainOf(turn, run), Reasons.NotAttachedInTime),
            RunPhase.Confirming when AwaitAnew(turn, run, due.Sight) is { } awaited => awaited,
            RunPhase.Confirming => TryLater(turn, InVainOf(turn, run), Reasons.NotAttachedInTime, null),
            // By signal, whose answer is heard as often as it is given: the orchestration's own question may be asked twice, and it hears one answer.
            _ => Wake(turn, run, Reasons.AttemptDue, turn.Before.Foreground, run.DueAt) with { Order = RunOrder.End(Reasons.AttemptDue) },
        };
    }

    // Nothing can be tried while this system is away, so that time is none of the horizon's. A process that leaves does not wait longer for that.
    static ResurrectionRun WithoutLateness(Turn turn, ResurrectionRun run)
    {
        // A start that was asked for since then began its horizon anew.
        var late = turn.Now - (run.DueAt > run.BeganAt ? run.DueAt : run.BeganAt);
        return run.Reason != RunReason.HandOver && run.Phase is RunPhase.Waiting or RunPhase.Confirming && IsLate(run.DueAt, turn.Now, turn.Policy.LateLimitMs)
            ? run with { BeganAt = run.BeganAt + late, HorizonAt = run.HorizonAt + late }
            : run;
    }

    static ResurrectionRun InVainOf(Turn turn, ResurrectionRun run) =>
        run.Noting(turn.Now, Reasons.NotAttachedInTime) with { InVain = WebhookId(turn, run.Id, run.Attempt) };

    static bool IsLateStep(Turn turn, ResurrectionRun run) =>
        run.Reason == RunReason.Resurrection && turn.Before.Evidence.LateAt is null && IsHoldable(turn);

    static Decision FallDormant(Turn turn) =>
        LeavingLine(turn).Move(
            AppState.Dormant,
            Reasons.UserAway,
            s => s with { Run = null, StartPending = s.StartPending || s.Run is { Reason: RunReason.Start } },
            RunOrder.End(Reasons.UserAway));

    // Past the horizon it is asked once more: nobody is given up whose app has just come back and who merely waits for a slot.
    static Decision Ask(Turn turn, ResurrectionRun run)
    {
        var asking = run with { Phase = RunPhase.Asking, DueAt = turn.Now, InTurn = false };
        return turn.Stay(Reasons.AttemptDue, turn.Before with { Run = asking }, AskOrder(turn, asking));
    }

    // The app is up, or it is this session's turn to look for it. What waits cannot be woken: it will be out of date when it comes.
    static Decision OnCalledUp(Turn turn, CalledUp called) => CurrentRun(turn, called.RunId) switch
    {
        null => turn.Ignore(Reasons.RunOver),
        { Phase: RunPhase.Waiting, InTurn: false } run => Wake(turn, run, Reasons.CalledUp, turn.Before.Foreground, called.DueAt),
        { Phase: RunPhase.Asking, Called: false } run => turn.Stay(Reasons.CalledUp, turn.Before with { Run = run with { Called = true } }),
        _ => turn.Ignore(Reasons.Duplicate),
    };

    // How late whoever called is, or the session's own clock, the gate judges.
    static Decision Wake(Turn turn, ResurrectionRun run, string reason, bool foreground, DateTimeOffset? calledFor = null)
    {
        var awake = run with { Driver = run.Driver + 1, Phase = RunPhase.Asking, DueAt = turn.Now, InTurn = false };
        var after = turn.Before with { Run = awake, Foreground = foreground };
        var ask = AskFor(turn, awake, foreground);
        return turn.Do(calledFor is null ? ask : ask with { Ask = ask.Ask with { DueAt = calledFor } }).Stay(reason, after);
    }

    static Decision OnAttemptAdmitted(Turn turn, AttemptAdmitted admitted) =>
        admitted.Told ? Undriven(turn, admitted.Admission, OnAdmitted(turn, admitted)) : OnAdmitted(turn, admitted);

    // Nobody is there to obey: an orchestration is started to send, and whoever has to wait asks again by itself, under the next number.
    static Decision Undriven(Turn turn, Admission admission, Decision decision)
    {
        if (decision is not { Outcome.Kind: OutcomeKind.Applied, Session: { Run: { } run } after, Order: { Kind: not RunOrderKind.End } order })
        {
            return decision with { Order = null };
        }

        if (order.Kind == RunOrderKind.Send)
        {
            return decision with { Order = null, Effects = decision.Effects.Add(StartOf(turn, run, order)) };
        }

        var again = run with { Driver = run.Driver + 1 };
        var ask = AskFor(turn, again, after.Foreground);
        var putOff = ask with { Ask = ask.Ask with { Callable = again.Phase == RunPhase.Waiting ? admission.Callable : 0 } };
        return decision with { Order = null, Session = after with { Run = again }, Effects = decision.Effects.Add(putOff) };
    }

    static Decision OnAdmitted(Turn turn, AttemptAdmitted admitted)
    {
        var admission = admitted.Admission;
        if (CurrentRun(turn, admitted.RunId, admitted.Told ? null : admitted.Driver) is not { } run)
        {
            return EndRun(GivingBack(turn, admitted));
        }

        if (!IsExpected(run, admitted) || admitted.WebhookId != WebhookId(turn, run.Id, run.Attempt + 1))
        {
            return SecondPlace(run, admitted) is { } unused
                ? turn.Do(new TellApp(new AdmissionReturned(null, unused))).Ignore(Reasons.SecondPlace)
                : turn.Ignore(Reasons.Duplicate, OrderOf(turn, run));
        }

        if (run.Reason == RunReason.HandOver)
        {
            return HandOverAdmitted(turn, AnsweredBy(run, admission), admission);
        }

        if (turn.Before.Away)
        {
            return FallDormant(GivingBack(turn, admitted));
        }

        if (run.Reason == RunReason.Resurrection && !turn.Policy.Resurrect)
        {
            return CallOff(GivingBack(turn, admitted));
        }

        var told = AnsweredBy(run, admission) with
        {
            HorizonAt = run.BeganAt.AddMilliseconds(turn.Policy.HorizonMs + run.PutOffMs), // the policy may have changed since the run began
        };
        if (admission is { Away: true, Kind: AdmissionKind.Wait } && admission.At > turn.Now && told.HeldMs < turn.Policy.AliveLimitMs)
        {
            told = Stretched(told, admission.At - turn.Now);
        }

        if (admission is { Loop: true, Kind: AdmissionKind.Wait } && admission.At > turn.Now)
        {
            told = PutOffBy(told, (admission.At - turn.Now).TotalMilliseconds);
        }

        return admission.Kind switch
        {
            AdmissionKind.Go when IsLate(admission.At, turn.Now, turn.Policy.LateLimitMs) && IsLateStep(turn, run) =>
                BackToGrace(GivingBack(turn, admitted), Reasons.PlatformAway, turn.Before.Evidence.SeenLate(turn.Now), sent: run.Attempt),
            AdmissionKind.Go when turn.Now > admission.At + SlotKept && !run.Missed => Ask(turn, told with { Missed = true }),
            AdmissionKind.Go => Send(turn, told with { Phase = RunPhase.Sending, Attempt = run.Attempt + 1, DueAt = turn.Now, Missed = false }),
            AdmissionKind.Refuse => Evict(turn, told, admission.Reason ?? Reasons.AppUnreachable),
            _ when turn.Now >= told.HorizonAt && !admission.Moving => Evict(turn, told, Reasons.HorizonOver),
            _ when run.Called && !admission.Moving => Ask(turn, told),
            _ => WaitForVerdict(turn, told, admission),
        };
    }

    static ResurrectionRun AnsweredBy(ResurrectionRun run, Admission admission) => run with
    {
        InVain = null,
        Ticket = admission.Ticket,
        Confirm = admission.Confirm,
        Unhurried = !admission.Awaited,
        Stalls = 0,
        Called = false,
    };

    // Whoever asks by itself waits meanwhile, and an earlier question may still be under way. Its answer is as good as any when it is to go; to wait,
    // or to give up, is taken from the last question only: one answer leads to one question, however often and in whatever order they come.
    static bool IsExpected(ResurrectionRun run, AttemptAdmitted admitted) => run.Phase switch
    {
        RunPhase.Asking or RunPhase.Waiting when admitted.Told => admitted.Admission.Kind == AdmissionKind.Go || admitted.Driver == run.Driver,
        RunPhase.Asking => true,
        _ => false,
    };

    // The policy has changed since the run began.
    static Decision CallOff(Turn turn) => turn.Before is { StartPending: true, Foreground: var foreground }
        ? Start(turn, Reasons.StartRequested, foreground) with { Order = RunOrder.End(Reasons.ResurrectionOff) }
        : turn.Move(AppState.Disconnected, Reasons.ResurrectionOff, s => s with { Run = null }, RunOrder.End(Reasons.ResurrectionOff));

    // While the line moves the app is up, and nobody is given up who merely waits for a slot.
    static Decision WaitForVerdict(Turn turn, ResurrectionRun run, Admission admission)
    {
        var dueAt = admission.At < run.HorizonAt || admission.Moving ? admission.At : run.HorizonAt;
        var waiting = run with { Phase = RunPhase.Waiting, DueAt = dueAt, InTurn = admission.Moving };
        return turn.Stay(Reasons.AppAwaited, turn.Before with { Run = waiting }, WaitOrder(waiting));
    }

    // Something of ours failed. That is no reason to send a webhook, and none to give up.
    static Decision OnAttemptStalled(Turn turn, AttemptStalled stalled)
    {
        if (CurrentRun(turn, stalled.RunId, stalled.Driver) is not { } run)
        {
            return EndRun(turn);
        }

        return (stalled.Step, run.Phase) switch
        {
            (RunOrderKind.Send, RunPhase.Sending) when run.Attempt == stalled.Attempt =>
                OnAttemptSent(turn.Blaming(Blame.Lifecycle), new AttemptSent(run.Id, run.Attempt, WebhookResult.FromFailure(WebhookFailure.Network))),
            (RunOrderKind.Ask, RunPhase.Asking) => AskAgain(turn, run),
            _ => turn.Ignore(Reasons.Duplicate, OrderOf(turn, run)),
        };
    }

    static Decision AskAgain(Turn turn, ResurrectionRun run)
    {
        if (turn.Now >= run.HorizonAt)
        {
            return run.Reason == RunReason.HandOver ? GiveUpHandOver(turn) : Evict(turn, run, Reasons.HorizonOver);
        }

        var stalled = run with { DueAt = turn.Now + stallWait };
        return turn.Stay(Reasons.StepFailed, turn.Before with { Run = stalled }, AskOrder(turn, stalled));
    }

    static Decision Evict(Turn turn, ResurrectionRun run, string reason)
    {
        // Whose fault its last step was is not whose fault it is that it is given up.
        LeavingGroups(turn.Blaming(Blame.Unknown))
            .Do(new DeadLetter(reason, run.Attempt, run.LastAttempts, turn.BlameFor(reason)))
            .Do(new TellApp(new SessionGivenUp(reason, run.Ticket, StableHash.Name("up_", turn.Id, run.Id))));
        var judged = WithoutSuccession(turn, Judged(turn.Before, run.Attempt, lived: false), Reasons.Superseded);
        return turn.Move(
            AppState.Evicted,
            reason,
            _ => WithoutGroups(turn, judged) with
            {
                Run = null,
                Evidence = Evidence.None,
                StartPending = false,
                KeptUntil = null,
                LostAt = null,
                Trace = null,
                Mailbox = judged.Mailbox.Cleared(),
            },
            RunOrder.End(reason));
    }

    static ResurrectionRun? CurrentRun(Turn turn, string runId, int? driver = null) =>
        turn.Before.Run is { } run && run.Id == runId && (driver is null || driver == run.Driver) ? run : null;

    static Decision EndRun(Turn turn) => EndRun(turn, turn.Before);

    static Decision EndRun(Turn turn, AppSession learned) => turn.Ignore(
        Reasons.RunOver, learned, RunOrder.End(turn.State == AppState.Running ? Reasons.Connect : Reasons.Superseded));

    // The gate holds a place for a webhook that is not made: others must not wait for its verdict, nor behind it in line.
    // A place that was held before was left when the run ended.
    static Turn GivingBack(Turn turn, AttemptAdmitted admitted) => admitted.Admission switch
    {
        { Kind: AdmissionKind.Go } => turn.Do(new TellApp(new AdmissionReturned(admitted.WebhookId, SessionId: turn.Id.SessionId))),
        { Ticket: { } ticket } when admitted.Told && ticket == admitted.Shown => turn,
        { Ticket: { } ticket } => turn.Do(new TellApp(new AdmissionReturned(null, ticket, turn.Id.SessionId))),
        _ => turn,
    };

    // A question that came twice got two places, of which one is nobody's.
    static Ticket? SecondPlace(ResurrectionRun run, AttemptAdmitted admitted) =>
        admitted.Told && admitted.Admission.Ticket is { } ticket && ticket != run.Ticket && ticket != admitted.Shown ? ticket : null;

    // For a run that ends while it waits in line; one that is admitted or asks has its answer still to come, and gives that back.
    static Turn LeavingLine(Turn turn) => turn.Before.Run is { Phase: RunPhase.Waiting, Ticket: { } ticket }
        ? turn.Do(new TellApp(new AdmissionReturned(null, ticket, turn.Id.SessionId)))
        : turn;
}
