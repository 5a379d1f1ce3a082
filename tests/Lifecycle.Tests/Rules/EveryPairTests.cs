namespace Lifecycle.Tests.Rules;

/// <summary>One case per (state, event): what a session in that state makes of the event's ordinary form.</summary>
public sealed class EveryPairTests
{
    const double At = 20_000; // past every grace window, due time and stop timeout of Walk

    static readonly Dictionary<string, Func<AppSession, SessionEvent>> events = new()
    {
        ["start"] = _ => new StartRequested(),
        ["revive"] = _ => new ReviveRequested(),
        ["stop"] = _ => new StopRequested("bye"),
        ["away"] = _ => new UserWentAway(),
        ["back"] = _ => new UserCameBack(),
        ["connected"] = _ => new Connected("c2", "i2", NegotiatedAt: Walk.Start.AddSeconds(20)),
        ["connected again"] = _ => new Connected("c1", "i1", NegotiatedAt: Walk.Start),
        ["disconnected"] = _ => new Disconnected("c1"),
        ["init"] = _ => new Initialized("c1"),
        ["subscriptions"] = s => new SubscriptionsReplaced("c1", ["video"], s.Subscriptions.Version),
        ["release"] = _ => new Released("c1"),
        ["hand over"] = _ => new HandOverAsked("c1"),
        ["done"] = _ => new MessagesDone("c1", 1, []),
        ["message"] = _ => new MessagePosted("m1", "1", true),
        ["message undelivered"] = _ => new MessageUndelivered("c1", 1),
        ["groups unrestored"] = s => new GroupsUnrestored(s.Subscriptions.Version, []),
        ["connection unclosed"] = _ => new ConnectionUnclosed("c9", Reasons.Superseded),
        ["groups due"] = _ => new GroupsDue(),
        ["off roll"] = _ => new OffRoll(Walk.Start.AddSeconds(20)),
        ["sign of life"] = _ => new SignOfLife("i1"),
        ["service back"] = s => new ServiceBack(s.Epoch, Walk.Start.AddSeconds(20)),
        ["carried over"] = _ => new CarriedOver(new SessionCargo { State = AppState.Running, Epoch = 2, AttachedEpoch = 2, ReadAt = Walk.Start }, Walk.Start.AddMinutes(10)),
        ["connection missing"] = s => new ConnectionMissing("c1", s.Epoch),
        ["connection found"] = s => new ConnectionFound(s.Epoch),
        ["run missing"] = s => new RunMissing(s.Run?.Id ?? "r0"),
        ["mend timer"] = s => new TimerFired(TimerKind.Mend, s.Epoch),
        ["stable timer"] = s => new TimerFired(TimerKind.Stable, s.Epoch),
        ["grace timer"] = s => new TimerFired(TimerKind.Grace, s.Epoch),
        ["stop timer"] = s => new TimerFired(TimerKind.Stop, s.Epoch),
        ["retention timer"] = s => new TimerFired(TimerKind.Retention, s.Epoch),
        ["chores timer"] = s => new TimerFired(TimerKind.Chores, s.Epoch),
        ["drain timer"] = s => new TimerFired(TimerKind.Drain, s.Epoch),
        ["deaf timer"] = s => new TimerFired(TimerKind.Deaf, s.Epoch),
        ["attempt due"] = s => new AttemptDue(s.Run?.Id ?? "r0"),
        ["attempt admitted"] = s => new AttemptAdmitted(s.Run?.Id ?? "r0", "wh_unknown", Admission.Go(Walk.Start)),
        ["attempt stalled"] = s => new AttemptStalled(s.Run?.Id ?? "r0", RunOrderKind.Send, s.Run?.Attempt ?? 1),
        ["attempt found"] = s => new AttemptFound(s.Run?.Id ?? "r0", s.Run?.Attempt ?? 1),
        ["attempt unlooked"] = s => new AttemptUnlooked(s.Run?.Id ?? "r0", s.Run?.Attempt ?? 1),
        ["called up"] = s => new CalledUp(s.Run?.Id ?? "r0"),
        ["attempt sent"] = s => new AttemptSent(s.Run?.Id ?? "r0", s.Run?.Attempt ?? 1, WebhookResult.FromStatus(503)),
    };

    // Columns: NONE DISCONNECTED STARTING RUNNING GRACE_PERIOD RESURRECTING BACKOFF DORMANT EVICTED STOPPING STOPPED.
    // A cell is the state after it (= for the same) and the reason.
    static readonly string[] expectations =
    [
        "start           | STARTING start_requested | STARTING start_requested | = already_starting | = already_running | = start_remembered | = start_remembered | = woken | = start_remembered | STARTING start_requested | = start_remembered | STARTING start_requested",
        "revive          | = not_evicted | = not_evicted | = not_evicted | = not_evicted | = not_evicted | = not_evicted | = woken | = not_evicted | STARTING revive_requested | = not_evicted | = not_evicted",
        "stop            | = already_stopped | STOPPED stop_requested | STOPPED stop_requested | STOPPING stop_requested | STOPPED stop_requested | STOPPED stop_requested | STOPPED stop_requested | STOPPED stop_requested | STOPPED stop_requested | = stale_duplicate | = already_stopped",
        "away            | = nothing_to_do | = user_away | = user_away | = user_away | = user_away | = user_away | = user_away | = user_away | = user_away | = nothing_to_do | = nothing_to_do",
        "back            | = nothing_to_do | = user_back | = user_back | = user_back | = user_back | = user_back | = user_back | DISCONNECTED user_back | = user_back | = user_back | = user_back",
        "connected       | = not_started | RUNNING connect | RUNNING connect | RUNNING takeover | RUNNING reconnect | RUNNING connect | RUNNING connect | RUNNING connect | RUNNING connect | = not_started | = not_started",
        "connected again | = not_started | = stale_connect | RUNNING connect | = stale_duplicate | = stale_connect | = stale_connect | = stale_connect | = stale_connect | = stale_connect | = not_started | = stale_connect",
        "disconnected    | = stale_disconnect | = stale_disconnect | = stale_disconnect | GRACE_PERIOD socket_lost | = stale_disconnect | = stale_disconnect | = stale_disconnect | = stale_disconnect | = stale_disconnect | STOPPED app_closed | = stale_disconnect",
        "init            | = not_started | = stale_connect | RUNNING connect | = stale_duplicate | = stale_connect | = stale_connect | = stale_connect | = stale_connect | = stale_connect | = not_started | = stale_connect",
        "subscriptions   | = not_attached | = not_attached | = not_attached | = subscriptions_changed | = not_attached | = not_attached | = not_attached | = not_attached | = not_attached | = not_attached | = not_attached",
        "release         | = not_attached | = not_attached | = not_attached | = app_released | = not_attached | = not_attached | = not_attached | = not_attached | = not_attached | = not_attached | = not_attached",
        "hand over       | = not_attached | = not_attached | = not_attached | = hand_over | = not_attached | = not_attached | = not_attached | = not_attached | = not_attached | = not_attached | = not_attached",
        "done            | = stale_done | = stale_done | = stale_done | = nothing_to_do | = stale_done | = stale_done | = stale_done | = stale_done | = stale_done | = stale_done | = stale_done",
        "drain timer     | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer",
        "deaf timer      | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer",
        "message         | = not_attached | = message_buffered | = not_attached | = message_sent | = message_buffered | = message_buffered | = message_buffered | = message_buffered | = not_attached | = not_attached | = not_attached",
        "message undelivered | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look",
        "groups unrestored | = stale_look | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed",
        "connection unclosed | = nothing_to_do | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed",
        "groups due      | = nothing_to_do | = nothing_to_do | = nothing_to_do | = nothing_to_do | = nothing_to_do | = nothing_to_do | = nothing_to_do | = nothing_to_do | = nothing_to_do | = nothing_to_do | = nothing_to_do",
        "off roll        | = nothing_to_do | = service_failed | = nothing_to_do | = service_failed | = service_failed | = service_failed | = service_failed | = service_failed | = nothing_to_do | = service_failed | = nothing_to_do",
        "carried over    | GRACE_PERIOD carried_over | = already_here | = already_here | = attached_here | = already_here | = already_here | = already_here | = already_here | = already_here | = attached_here | = already_here",
        "connection missing | = stale_look | = stale_look | = stale_look | GRACE_PERIOD connection_missing | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look",
        "connection found | = stale_look | RUNNING adopted | RUNNING adopted | = stale_look | RUNNING adopted | RUNNING adopted | RUNNING adopted | RUNNING adopted | RUNNING adopted | = stale_look | = stale_look",
        "sign of life    | = nothing_to_do | GRACE_PERIOD sign_of_life | = nothing_to_do | = nothing_to_do | = sign_of_life | = sign_of_life | GRACE_PERIOD sign_of_life | = nothing_to_do | = nothing_to_do | = nothing_to_do | = nothing_to_do",
        "service back    | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look | = stale_look",
        "run missing     | = stale_run | = stale_run | = stale_run | = stale_run | = stale_run | = stale_run | = stale_run | = stale_run | = stale_run | = stale_run | = stale_run",
        "mend timer      | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer",
        "stable timer    | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer",
        "grace timer     | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = platform_away | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer",
        "stop timer      | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | STOPPED stop_timeout | = stale_timer",
        "retention timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = timer_early",
        "chores timer    | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer | = stale_timer",
        "attempt due     | = run_over | = stale_duplicate | = stale_duplicate | = run_over | = run_over | = stale_duplicate | = attempt_due | = run_over | = run_over | = run_over | = run_over",
        "attempt admitted | = run_over | = stale_duplicate | = stale_duplicate | = run_over | = run_over | = stale_duplicate | = stale_duplicate | = run_over | = run_over | = run_over | = run_over",
        "attempt stalled | = run_over | = stale_duplicate | = stale_duplicate | = run_over | = run_over | BACKOFF attempt_failed | = stale_duplicate | = run_over | = run_over | = run_over | = run_over",
        "attempt found   | = run_over | = stale_duplicate | = stale_duplicate | = run_over | = run_over | RUNNING adopted | = stale_duplicate | = run_over | = run_over | = run_over | = run_over",
        "attempt unlooked | = run_over | = stale_duplicate | = stale_duplicate | = run_over | = run_over | = step_failed | = stale_duplicate | = run_over | = run_over | = run_over | = run_over",
        "called up       | = run_over | = called_up | = called_up | = run_over | = run_over | = stale_duplicate | = called_up | = run_over | = run_over | = run_over | = run_over",
        "attempt sent    | = run_over | = stale_duplicate | = stale_duplicate | = run_over | = run_over | BACKOFF attempt_failed | = stale_duplicate | = run_over | = run_over | = run_over | = run_over",
    ];

    public static TheoryData<AppState, string, string, string> Pairs()
    {
        var data = new TheoryData<AppState, string, string, string>();
        foreach (var row in expectations)
        {
            var cells = row.Split('|', StringSplitOptions.TrimEntries);
            foreach (var state in AppStates.All)
            {
                var cell = cells[(int)state + 1].Split(' ');
                data.Add(state, cells[0], cell[0] == "=" ? state.WireName() : cell[0], cell[1]);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Decide_InState_OnEvent(AppState state, string @event, string expected, string reason)
    {
        var session = Walk.In(state);
        Assert.Equal(state, session.State);

        var decision = session.Decide(events[@event](session), At);

        Assert.Equal((expected, reason), (decision.Session.State.WireName(), decision.Outcome.Reason));
        if (decision.Outcome.Kind == OutcomeKind.Ignored)
        {
            // But for what the app's gate is told of a run that is over.
            Assert.DoesNotContain(decision.Effects, effect => effect is not TellApp);
        }
    }

    [Fact]
    public void Pairs_CoverEveryEventType()
    {
        var covered = events.Values.Select(make => make(AppSession.None).GetType()).ToHashSet();
        var all = typeof(SessionEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(SessionEvent)) && !t.IsAbstract);
        Assert.Empty(all.Except(covered));
        Assert.Equal(events.Keys.Order(), expectations.Select(row => row.Split('|')[0].Trim()).Order());
    }
}
