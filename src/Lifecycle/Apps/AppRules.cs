namespace Lifecycle;

/// <summary>
/// Decides for one app: who may send a webhook and when, when to look for an app that is away, and when its owner is told. One
/// total function, as pure as <see cref="Rules"/>. The entity of the app executes what it decides.
/// </summary>
public static partial class AppRules
{
    /// <summary>
    /// Beyond the webhook's own timeout, how long a verdict may take: longer than a webhook of a killed host takes to be sent again
    /// (docs/host.md). One that comes later still counts; a probe more may have gone out by then.
    /// </summary>
    public static readonly TimeSpan VerdictLost = TimeSpan.FromSeconds(30);

    /// <summary>Decides on one event.</summary>
    /// <param name="packageName">The app.</param>
    /// <param name="gate">Its gate.</param>
    /// <param name="event">What happened.</param>
    /// <param name="now">The time at which it is handled, UTC.</param>
    /// <param name="policy">The app's policy, valid.</param>
    /// <param name="hasHealthUrl">Whether the app is registered with a health URL.</param>
    /// <exception cref="InvalidOperationException">The stored gate is malformed or of a newer version.</exception>
    public static AppDecision Decide(string packageName, AppGate gate, AppEvent @event, DateTimeOffset now, Policy policy, bool hasHealthUrl = false)
    {
        if (gate.Schema is < 1 or > AppGate.CurrentSchema)
        {
            throw new InvalidOperationException(
                $"The stored gate of {packageName} has schema {gate.Schema}; this version reads 1 to {AppGate.CurrentSchema}. " +
                "It is malformed, or a newer version wrote it.");
        }

        var turn = TendHealth(Quieted(new AppTurn(packageName, WithoutLost(InTime(gate, now, policy), now, policy), now, policy) { HasHealthUrl = hasHealthUrl }), (@event as HealthLooked)?.Watch);
        if (@event is TimePassed)
        {
            return turn.Done();
        }

        // Neither is a sign that somebody waits: hours of stops would keep an incident open that nobody has anything to do with.
        turn.Change(g => @event is StopAsked or ProcessConnected or HealthLooked ? g : g with { BusyAt = now });
        return @event switch
        {
            AdmissionAsked asked => WithEvidence(turn, OnAsked(turn, asked)),
            OutcomeReported reported => OnOutcome(turn, reported),
            AppAnswered => Answered(turn, now, attached: true).Done(),
            AppAttached attached => OnAttached(turn, attached),
            AdmissionReturned returned => OnReturned(turn, returned),
            SessionUnattached unattached => OnUnattached(turn, unattached),
            SessionGivenUp givenUp => OnGivenUp(turn, givenUp),
            SessionLooping looping => OnLooping(turn, looping),
            SessionStable stable => OnSessionStable(turn, stable),
            SessionDeaf deaf => OnDeaf(turn, deaf),
            ProbeWanted wanted => OnProbeWanted(turn, wanted),
            StopAsked ask => OnStopAsked(turn, ask),
            ProcessConnected => OnProcessConnected(turn),
            HealthLooked looked => OnHealthLooked(turn, looked),
            _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "No rule knows this event."),
        };
    }

    // A verdict that got lost with its host must not hold up everybody else for ever.
    static AppGate WithoutLost(AppGate gate, DateTimeOffset now, Policy policy)
    {
        var verdictMs = policy.WebhookTimeoutMs + (gate.Distrusted ? policy.ConnectTimeoutMs : 0);
        var oldest = now - VerdictLost - TimeSpan.FromMilliseconds(verdictMs);
        return gate with
        {
            Flights = gate.Flights.RemoveAll(flight => flight.At < oldest),
            Breaker = gate.Breaker.Probe?.At < oldest ? gate.Breaker with { Probe = null } : gate.Breaker,
        };
    }

    static AppDecision OnAsked(AppTurn turn, AdmissionAsked ask)
    {
        turn.Count(t => t with { Asked = t.Asked + 1 });
        if (turn.Gate.Reported.Contains(ask.WebhookId))
        {
            // An ask that was long under way: it is known what became of its webhook.
            return turn.Done(new Admission(AdmissionKind.Wait, turn.Now + AskAgain, ask.Ticket));
        }

        if (turn.Gate.Granted.FirstOrDefault(slot => slot.WebhookId == ask.WebhookId) is { } granted && IsKept(granted, turn.Now))
        {
            return Go(turn, granted.At, awaited: Learns(turn.Policy));
        }

        if (IsOutOfDate(turn, ask))
        {
            return turn.Done(new Admission(AdmissionKind.Wait, turn.Now + AskAgain, ask.Ticket) { Callable = ask.Callable - 1 });
        }

        turn.Change(g => g with { Waiting = WithoutAsker(g.Waiting, ask) });
        if (ask.InVain is { } accepted && IsNews(turn, $"{accepted}/in-vain"))
        {
            CountFailure(LearnOfNoAttach(Landed(turn, accepted)).Change(g => g with { Distrusted = true }), Reasons.NotAttachedInTime);
        }

        if (FlightOf(turn.Gate, ask.WebhookId) is not null)
        {
            return Go(turn, turn.Now, turn.Gate.Breaker.Probe?.WebhookId == ask.WebhookId, awaited: true);
        }

        if (HeldUntil(Noticing(turn, ask), ask) is { } held && held > turn.Now)
        {
            return WaitUntil(turn, ask, held);
        }

        if (turn.Gate.Breaker.IsOpen)
        {
            return AskedWhileOpen(turn, ask);
        }

        return HeldByLoop(turn, ask) ?? CountingRestart(turn, ask, HasAnswered(turn, ask) ? AskedWhileWell(turn, ask) : AskedWhileUnproven(turn, ask));
    }

    // Put off, and overtaken by the question that its session asked when it was called up: it would be given what nobody uses.
    static bool IsOutOfDate(AppTurn turn, AdmissionAsked ask) =>
        ask.Callable > 0 && FlightOf(turn.Gate, ask.WebhookId) is null && !turn.Gate.Waiting.Any(waiter => waiter.IsOf(ask)) && !turn.Gate.Loops.IsWaiting(ask);

    static AppDecision Go(AppTurn turn, DateTimeOffset at, bool probe = false, bool awaited = false) =>
        turn.Done(new Admission(AdmissionKind.Go, at, Probe: probe, Confirm: turn.Gate.Distrusted, Awaited: awaited));

    static Flight? FlightOf(AppGate gate, string webhookId) =>
        gate.Breaker.Probe?.WebhookId == webhookId
            ? gate.Breaker.Probe
            : gate.Flights.FirstOrDefault(flight => flight.WebhookId == webhookId);

    // While the app takes webhooks of others, a session that was asked to come later is a matter of that session alone.
    static bool IsOnHold(AppTurn turn) => turn.Now < turn.Gate.HoldUntil;

    // An answer speaks for the app for as long as the breaker's window, and never for sessions that were lost after it.
    static bool HasAnswered(AppTurn turn, AdmissionAsked ask) =>
        HasAnswered(turn) && (ask.LostAt is null || ask.LostAt < turn.Gate.AnsweredAt);

    static bool HasAnswered(AppTurn turn) => turn.Now - turn.Gate.AnsweredAt <= TimeSpan.FromMilliseconds(turn.Policy.BreakerWindowMs);

    static AppDecision AskedWhileOpen(AppTurn turn, AdmissionAsked ask)
    {
        var breaker = turn.Gate.Breaker;
        if (breaker.Probe is not null)
        {
            return Wait(turn, ask, turn.Now);
        }

        if (turn.Now >= turn.Gate.ProbeFrom)
        {
            return Probe(turn, ask);
        }

        // Not for a run that no look at the app has spoken for: it waits for the next one.
        if (turn.Gate.Gone is { IsConclusive: true } gone && ask.Since <= gone.Last)
        {
            return Leave(turn, ask.Ticket).Done(Admission.Refuse(turn.Gate.ProbeFrom!.Value, Reasons.AppGone));
        }

        return ask.Reason == RunReason.Start && HopelessUntil(turn.Gate, turn.Now, turn.Policy) is { } until
            ? turn.Done(Admission.Refuse(until, Reasons.AppUnreachable))
            : Wait(turn, ask, turn.Gate.ProbeFrom!.Value);
    }

    /// <summary>
    /// Until when a start cannot succeed: the app is away for longer than the horizon, and it is not yet time to look for it again.
    /// Null when a start has a chance.
    /// </summary>
    public static DateTimeOffset? HopelessUntil(AppGate gate, DateTimeOffset now, Policy policy)
    {
        var away = now - (gate.Breaker.OutageBegan ?? gate.Incident?.BeganAt ?? now);
        return gate is { Breaker: { IsOpen: true, Probe: null }, ProbeFrom: { } next } && next > now && away > TimeSpan.FromMilliseconds(policy.HorizonMs)
            ? next
            : null;
    }

    static AppDecision Probe(AppTurn turn, AdmissionAsked ask)
    {
        var probe = new Flight(ask.WebhookId, turn.Now);
        Leave(turn, ask.Ticket)
            .Change(g => g with
            {
                Breaker = g.Breaker.Probing(probe, turn.OutageBegan, turn.Policy),
                Incident = g.Incident is { } incident ? incident with { Probes = incident.Probes + 1 } : null,
            })
            .Count(t => t with { Admitted = t.Admitted + 1, Probes = t.Probes + 1 });
        return Go(SpaceProbes(turn), turn.Now, probe: true, awaited: true);
    }

    static AppDecision AskedWhileUnproven(AppTurn turn, AdmissionAsked ask)
    {
        if (ask.LostAt is { } lost)
        {
            turn.Change(g => g with { LostSince = Rules.Earlier(g.LostSince, Recent(turn, lost)) });
        }

        if (IsOnHold(turn))
        {
            return Wait(turn, ask, turn.Gate.HoldUntil!.Value);
        }

        if (turn.Gate.Flights.Length < turn.Policy.FirstFlight)
        {
            Leave(turn, ask.Ticket)
                .Change(g => g with { Flights = g.Flights.Add(new Flight(ask.WebhookId, turn.Now)) })
                .Count(t => t with { Admitted = t.Admitted + 1 });
            return Go(turn, turn.Now, awaited: !turn.Gate.Waiting.IsEmpty);
        }

        if (ask.LostAt is not null)
        {
            OpenIncident(turn, IncidentCause.SessionsLost);
        }

        return Wait(turn, ask, turn.Now);
    }

    // A dormant session was lost long ago; that says nothing about since when the app is away.
    static DateTimeOffset Recent(AppTurn turn, DateTimeOffset lost)
    {
        var policy = turn.Policy;
        var earliest = turn.Now.AddMilliseconds(-policy.ReconnectGraceMs - policy.InitialSpreadMs - policy.ConnectTimeoutMs);
        return lost > earliest ? lost : earliest;
    }
}
