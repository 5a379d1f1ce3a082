namespace Lifecycle.Tests.Properties;

/// <summary>
/// One app session under a script of bytes: connections open and close, their events are lost, doubled, delayed and
/// swapped, timers and orchestration steps come at any time. It knows the truth that the rules cannot see. Blindly, no last look can be taken.
/// </summary>
sealed partial class ChaosWorld(Policy policy, bool blindly = false, bool succeeding = false)
{
    readonly List<SessionEvent> undelivered = [];
    readonly List<string> open = [];
    readonly List<ArmTimer> timers = [];
    readonly Dictionary<string, RunOrder> runs = [];
    readonly List<AskGate> asks = [];
    readonly List<CallUp> calls = [];
    readonly Dictionary<string, Connected> claims = [];
    DateTimeOffset now = Walk.Start;
    int opened;
    int posted;
    int failures;
    AppGate gate = AppGate.New;

    public AppSession Session { get; private set; } = AppSession.None;

    public List<Step> Steps { get; } = [];

    public IReadOnlyCollection<string> Open => open;

    public int ActiveRuns => runs.Count + asks.Count;

    /// <summary>Webhooks that went out although the last look was taken and the attachment is open.</summary>
    public int WebhooksWhileAttached { get; private set; }

    public sealed record Step(AppSession Before, SessionEvent Event, Decision Decision, bool AnyOpen)
    {
        public DateTimeOffset At { get; init; }

        public Policy Policy { get; init; } = Policy.Default;
    }

    public void Play(IEnumerable<byte> script)
    {
        foreach (var code in script)
        {
            if (succeeding && code % 32 is >= 19 and var command)
            {
                PlaySuccession(command - 19, code / 32);
            }
            else
            {
                Play(code % 19, code / 19);
            }
        }
    }

    void Play(int command, int argument)
    {
        switch (command)
        {
            case 0: Decide(new StartRequested()); break;
            case 1 or 2: OpenConnection(argument); break;
            case 3: CloseConnection(argument); break;
            case 4 or 5: Deliver(argument, keep: false); break;
            case 6: FindEvidence(argument); break;
            case 7: Deliver(argument, keep: true); break;
            case 8: Lose(argument); break;
            case 9: now = now.AddMilliseconds(100 * (1 + argument)); break;
            case 10: now = now.AddMilliseconds(4_000 * (1 + argument)); break;
            case 11: FireTimer(argument); break;
            case 12 or 13: StepRun(argument); break;
            case 14: Rare(argument); break;
            case 15: Subscribe(argument); break;
            case 16: Init(argument); break;
            case 17 when argument is 6 or 7: Decide(new CalledUp(argument == 6 ? Session.Run?.Id ?? "r0" : calls.LastOrDefault()?.RunId ?? "r0") { DueAt = posted % 3 == 0 ? now.AddSeconds(-4) : null }); break;
            case 17: RepeatStep(argument); break;
            default: TalkToService(argument); break;
        }
    }

    // Mostly with what its access token says.
    void Init(int argument)
    {
        var id = Someone(argument);
        Decide(new Initialized(id, argument % 3 == 0 ? false : null, argument == 13 ? "i1" : null) { Negotiated = argument % 4 == 0 ? null : claims.GetValueOrDefault(id) });
    }

    // Messages, what fails on the way to the service, and what reconciliation finds.
    void TalkToService(int argument)
    {
        var attachment = Session.Attachment?.ConnectionId;
        var service = attachment is null ? (bool?)null : open.Contains(attachment);
        var question = Lifecycle.Rules.QuestionAbout(Session, now);
        switch (argument)
        {
            case 0: Decide(new TimerFired(TimerKind.Grace, Session.Epoch - 1)); break;
            case 1 when posted % 4 == 2: FailToClose(); break;
            case 1: Decide(new MessagePosted("again", "1", service)); break;
            case 2 or 3 or 4 or 5: Decide(new MessagePosted($"m{++posted}", "{}", argument == 2 ? null : service)); break;
            case 6 when posted % 3 == 0: Refuse(attachment ?? "c0"); break;
            case 8 when posted % 3 == 0: RefuseGroups(); break;
            case 6 or 7: Decide(new MessageUndelivered(argument == 6 ? attachment ?? "c0" : "c0", Math.Max(1, Session.Mailbox.LastSeq))); break;
            case 8: FailToLeave(); break;
            case 11: Sweep(); break;
            case 9 or 10 when question is not null && Answer(question) is { } found: Decide(found); break;
            case 12 when Session.Epoch % 2 == 0: FindLost(); break;
            case 12: Decide(new ConnectionMissing(attachment, Session.Epoch - 1)); break;
            default: Decide(new ConnectionFound(Session.Epoch - 1)); break;
        }
    }

    // The next calls fail; or the last try of a close does.
    void FailToClose()
    {
        failures = 3;
        if (Session.Epoch % 2 == 0)
        {
            Decide(new ConnectionUnclosed("c0", Reasons.Superseded, Chores.MostTries - 1));
        }
    }

    // Or the last try of it does.
    void FailToLeave()
    {
        var version = Session.Subscriptions.Version - (posted % 4 == 0 ? 1 : 0);
        Decide(new GroupsUnrestored(version, ["left"], Tries: posted % 5 == 0 ? Chores.MostTries - 1 : 0));
    }

    // Of what is posted next the service never takes anything.
    void Refuse(string connection)
    {
        Decide(new MessagePosted($"m{++posted}", "{}", null));
        for (var tries = 0; tries < Mailbox.MostRefusals; tries++)
        {
            Decide(new MessageUndelivered(connection, Session.Mailbox.LastSeq, Never: true));
        }
    }

    void RefuseGroups()
    {
        for (var tries = 0; tries <= Lifecycle.Rules.MostGroupMends; tries++)
        {
            Decide(new GroupsUnrestored(Session.Subscriptions.Version, ["left"], Never: true));
            Decide(new TimerFired(TimerKind.Mend, Session.Epoch));
        }
    }

    // Nobody came for long; or a sweep tells what came in the meantime.
    void FindLost()
    {
        now = posted % 2 == 0 ? now.AddMinutes(20) : now;
        Decide(new RunMissing(Session.Run?.Id ?? "r0"));
    }

    // Days pass in peace, or it is told again what it has been told.
    void Sweep()
    {
        now = posted % 2 == 0 ? now + Lifecycle.Rules.RenewedUntil : now;
        if (posted % 3 != 0)
        {
            Decide(new OffRoll(now));
        }

        Decide(new GroupsDue());
    }

    SessionEvent? Answer(ServiceQuestion question) => Lifecycle.Rules.EventOf(
        question, question.ConnectionId is { } connection ? open.Contains(connection) : open.Count > 0);

    void Subscribe(int argument)
    {
        var version = Session.Subscriptions.Version - (argument % 5 == 0 ? 1 : 0);
        Decide(new SubscriptionsReplaced(Someone(argument), [$"s{argument}", "audio"], version));
    }

    void Rare(int argument)
    {
        Decide(argument switch
        {
            0 or 1 => new StopRequested("bye"),
            2 or 3 => new UserWentAway(),
            4 or 5 or 6 => new UserCameBack(),
            7 or 8 => new Released(Someone(argument)),
            9 or 10 => new ReviveRequested(),
            11 => new AttemptDue("r0"),
            12 when posted % 2 == 1 => NextCargo(argument),
            12 => new AttemptFound("r0", 1),
            _ => new AttemptSent("r0", 1, WebhookResult.FromStatus(200)),
        });
    }

    /// <summary>What comes from another installation, where the app is attached, or nobody awaits it.</summary>
    public CarriedOver NextCargo(int argument)
    {
        var cargo = new SessionCargo
        {
            ReadAt = now,
            State = ((argument + posted + opened) % 4) switch { 0 => AppState.Dormant, 1 => AppState.Evicted, 2 => AppState.Backoff, _ => AppState.Running },
            Epoch = 4,
            AttachedEpoch = 4,
            CorrelationId = "cold",
            InstanceId = "i1",
            Subscriptions = SubscriptionSet.Empty.ReplacedBy(["audio"]),
            KeptUntil = now.AddMinutes(1),
        };
        return new CarriedOver(cargo, now.AddSeconds(20));
    }

    void OpenConnection(int argument)
    {
        var id = $"c{++opened}";
        open.Add(id);
        bool? hint = (argument % 4) switch { 0 => true, 1 => false, _ => null };
        long? token = argument switch { 9 or 10 when Session.AttachedEpoch > 0 => Session.AttachedEpoch, 11 => Session.AttachedEpoch + 5, _ => null };
        undelivered.Add(claims[id] = Claiming(new Connected(id, $"i{argument % 3}", hint, now, token, LastSeq: argument is 10 or 12 ? Session.Mailbox.SentUpTo : null)));
    }

    void CloseConnection(int argument)
    {
        if (open.Count > 0)
        {
            Close(open[argument % open.Count]);
        }
    }

    void Close(string id)
    {
        if (open.Remove(id))
        {
            undelivered.Add(new Disconnected(id));
        }
    }

    void Deliver(int argument, bool keep)
    {
        if (undelivered.Count == 0)
        {
            return;
        }

        var index = argument % undelivered.Count;
        var @event = undelivered[index];
        if (!keep)
        {
            undelivered.RemoveAt(index);
        }

        Decide(@event);
    }

    void Lose(int argument)
    {
        if (undelivered.Count > 0)
        {
            undelivered.RemoveAt(argument % undelivered.Count);
        }
    }

    void FireTimer(int argument)
    {
        if (timers.Count > 0)
        {
            var timer = timers[argument % timers.Count];
            timers.RemoveAt(argument % timers.Count);
            AdvanceTo(timer.DueAt.AddMilliseconds(argument % 4 == 0 ? -90 : 0));
            Decide(Seen(timer.ToEvent()));
        }
    }

    // On time, the earliest first.
    void FireNext()
    {
        if (timers.MinBy(timer => timer.DueAt) is { } next)
        {
            timers.Remove(next);
            AdvanceTo(next.DueAt);
            Decide(Seen(next.ToEvent()));
        }
    }

    /// <summary>Lets everything that is on its way arrive and every timer and run come to its end; no app comes back.</summary>
    public void Settle()
    {
        while (open.Count > 0)
        {
            Close(open[0]);
        }

        (failures, sight) = (0, ServiceSight.Unknown);
        for (var i = 0; i < 10_000 && (undelivered.Count > 0 || timers.Count > 0 || ActiveRuns > 0); i++)
        {
            Deliver(0, keep: false);
            FireNext();
            StepRun(9);
        }
    }

    void AdvanceTo(DateTimeOffset time) => now = time > now ? time : now;

    string Someone(int argument) => $"c{Math.Max(1, opened - (argument % 4))}";

    public RunOrder? Decide(SessionEvent given, Policy? told = null)
    {
        if (succeeding && given is HubCall { ConnectionId: var caller } && !claims.ContainsKey(caller))
        {
            return null; // nobody calls over a connection that was never opened
        }

        var (before, @event) = (Session, Claimed(given));
        var decision = Lifecycle.Rules.Decide(Walk.Id, before, @event, now, told ?? policy).Holding(before, @event, now, told ?? policy);
        Steps.Add(new Step(before, @event, decision, open.Count > 0) { At = now, Policy = told ?? policy });
        Session = decision.Session;
        GiveUpWaiting(before, @event, decision);
        // As the shell does: what failed is told when all was tried.
        foreach (var failure in decision.Effects.Select(Execute).OfType<SessionEvent>().ToList())
        {
            Decide(failure, told);
        }

        return decision.Order;
    }

    SessionEvent? Execute(Effect effect)
    {
        if (failures > 0 && FailureOf(effect) is { } failure)
        {
            failures--;
            return failure;
        }

        switch (effect)
        {
            case ArmTimer timer: timers.Add(timer); break;
            case TellApp tell: TellGate(tell.Event); break;
            case AskGate ask: asks.Add(ask); break;
            case StartRun run: runs[$"{run.RunId}|{run.Driver}"] = run.Order; break;
            case CloseConnection close: Close(close.ConnectionId); break;
            case SendMessage message: Given.Add((message.ConnectionId, message.Seq)); break;
        }

        return null;
    }

    static SessionEvent? FailureOf(Effect effect) => effect switch
    {
        CloseConnection close => new ConnectionUnclosed(close.ConnectionId, close.Reason, close.Tries),
        LeaveAllGroups leave => new GroupsUnrestored(leave.Version, leave.Streams, Tries: leave.Tries),
        JoinGroups join => new GroupsUnrestored(join.Version, join.Leave, Tries: join.Tries),
        _ => null,
    };
}
