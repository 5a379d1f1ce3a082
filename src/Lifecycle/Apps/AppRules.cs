namespace Lifecycle;

/// <summary>
/// Decides for one app: who may send a webhook and when, when to look for an app that is away, and when its owner is told. One
/// total function, as pure as <see cref="Rules"/>. The entity of the app executes what it decides.
/// </summary>
public static partial class AppRules
{
    /// <summary>How soon a verdict on an attempt in flight can be hoped for: those who wait for it come back after this.</summary>
    public static readonly TimeSpan VerdictSoon = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Beyond the webhook's own timeout, how long a verdict may take: longer than a webhook of a killed host takes to be sent again
    /// (docs/host.md). One that comes later still counts; a probe more may have gone out by then.
    /// </summary>
    public static readonly TimeSpan VerdictLost = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Those in line come back a little before their turn, as a share of it, and are given the exact slot then: places of sessions
    /// that have left meanwhile close up, and the pace is kept.
    /// </summary>
    public const double EarlyShare = 0.95;

    /// <summary>
    /// How far ahead a slot is given. Whoever is further from its turn keeps a ticket and asks again: a slot is not taken back, so those
    /// given out go to the app even if it goes away meanwhile.
    /// </summary>
    public static readonly TimeSpan SlotLead = TimeSpan.FromSeconds(2);

    static readonly TimeSpan worthWaiting = TimeSpan.FromMilliseconds(500);

    /// <summary>Decides on one event.</summary>
    /// <param name="packageName">The app.</param>
    /// <param name="gate">Its gate.</param>
    /// <param name="event">What happened.</param>
    /// <param name="now">The time at which it is handled, UTC.</param>
    /// <param name="policy">The app's policy, valid.</param>
    /// <exception cref="InvalidOperationException">The stored gate is malformed or of a newer version.</exception>
    public static AppDecision Decide(string packageName, AppGate gate, AppEvent @event, DateTimeOffset now, Policy policy)
    {
        if (gate.Schema is < 1 or > AppGate.CurrentSchema)
        {
            throw new InvalidOperationException(
                $"The stored gate of {packageName} has schema {gate.Schema}; this version reads 1 to {AppGate.CurrentSchema}. " +
                "It is malformed, or a newer version wrote it.");
        }

        var turn = new AppTurn(packageName, WithoutLost(gate, now, policy), now, policy);
        return @event switch
        {
            AdmissionAsked asked => OnAsked(turn, asked),
            OutcomeReported reported => OnOutcome(turn, reported),
            AppAnswered => Answered(turn).Done(),
            AppAttached attached => ProbeSoon(attached.WebhookId is { } unsent ? Landed(turn, unsent) : turn).Done(),
            SessionGivenUp givenUp => OnGivenUp(turn, givenUp),
            ProbeWanted => OnProbeWanted(turn),
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
        if (ask.InVain is { } accepted)
        {
            CountFailure(Landed(turn, accepted).Change(g => g with { Distrusted = true }), Reasons.NotAttachedInTime);
        }

        if (FlightOf(turn.Gate, ask.WebhookId) is not null)
        {
            return Go(turn, turn.Now, turn.Gate.Breaker.Probe?.WebhookId == ask.WebhookId);
        }

        if (turn.Gate.Breaker.IsOpen)
        {
            return AskedWhileOpen(turn, ask);
        }

        return HasAnswered(turn, ask) ? AskedWhileWell(turn, ask) : AskedWhileUnproven(turn, ask);
    }

    static AppDecision Go(AppTurn turn, DateTimeOffset at, bool probe = false) =>
        turn.Done(new Admission(AdmissionKind.Go, at, Probe: probe, Confirm: turn.Gate.Distrusted));

    static Flight? FlightOf(AppGate gate, string webhookId) =>
        gate.Breaker.Probe?.WebhookId == webhookId
            ? gate.Breaker.Probe
            : gate.Flights.FirstOrDefault(flight => flight.WebhookId == webhookId);

    // While the app takes webhooks of others, a session that was asked to come later is a matter of that session alone.
    static bool IsOnHold(AppTurn turn) => turn.Now < turn.Gate.HoldUntil;

    // An answer speaks for the app for as long as the breaker's window, and never for sessions that were lost after it.
    static bool HasAnswered(AppTurn turn, AdmissionAsked ask) =>
        turn.Gate.AnsweredAt is { } at
        && turn.Now - at <= TimeSpan.FromMilliseconds(turn.Policy.BreakerWindowMs)
        && (ask.LostAt is null || ask.LostAt < at);

    static AppDecision AskedWhileOpen(AppTurn turn, AdmissionAsked ask)
    {
        var breaker = turn.Gate.Breaker;
        if (breaker.Probe is not null)
        {
            return Wait(turn, ask, turn.Now + (turn.Gate.Distrusted ? VerdictSoon * 3 : VerdictSoon));
        }

        if (turn.Now >= breaker.NextProbeAt)
        {
            return Probe(turn, ask);
        }

        return ask.Reason == RunReason.Start && HopelessUntil(turn.Gate, turn.Now, turn.Policy) is { } until
            ? turn.Done(Admission.Refuse(until, Reasons.AppUnreachable))
            : Wait(turn, ask, breaker.NextProbeAt!.Value);
    }

    /// <summary>
    /// Until when a start cannot succeed: the app is away for longer than the horizon, and it is not yet time to look for it again.
    /// Null when a start has a chance.
    /// </summary>
    public static DateTimeOffset? HopelessUntil(AppGate gate, DateTimeOffset now, Policy policy)
    {
        var away = now - (gate.Incident?.BeganAt ?? now);
        return gate.Breaker is { IsOpen: true, Probe: null, NextProbeAt: { } next } && next > now && away > TimeSpan.FromMilliseconds(policy.HorizonMs)
            ? next
            : null;
    }

    static AppDecision Probe(AppTurn turn, AdmissionAsked ask)
    {
        var probe = new Flight(ask.WebhookId, turn.Now);
        turn
            .Change(g => g with
            {
                Line = ask.Ticket?.Line == g.Line.Number ? g.Line with { WentAhead = g.Line.WentAhead + 1 } : g.Line,
                Breaker = g.Breaker.Probing(probe, turn.OutageBegan, turn.Policy),
                Incident = g.Incident is { } incident ? incident with { Probes = incident.Probes + 1 } : null,
            })
            .Count(t => t with { Admitted = t.Admitted + 1, Probes = t.Probes + 1 });
        return Go(turn, turn.Now, probe: true);
    }

    static AppDecision AskedWhileUnproven(AppTurn turn, AdmissionAsked ask)
    {
        if (ask.LostAt is { } lost)
        {
            turn.Change(g => g with { LostSince = Earlier(g.LostSince, Recent(turn, lost)) });
        }

        if (IsOnHold(turn))
        {
            return Wait(turn, ask, turn.Gate.HoldUntil!.Value);
        }

        if (turn.Gate.Flights.Length < turn.Policy.FirstFlight)
        {
            turn.Change(g => g with { Flights = g.Flights.Add(new Flight(ask.WebhookId, turn.Now)) })
                .Count(t => t with { Admitted = t.Admitted + 1 });
            return Go(turn, turn.Now);
        }

        if (ask.LostAt is not null)
        {
            OpenIncident(turn, IncidentCause.SessionsLost);
        }

        return Wait(turn, ask, turn.Now + VerdictSoon);
    }

    // A dormant session was lost long ago; that says nothing about since when the app is away.
    static DateTimeOffset Recent(AppTurn turn, DateTimeOffset lost)
    {
        var policy = turn.Policy;
        var earliest = turn.Now.AddMilliseconds(-policy.ReconnectGraceMs - policy.InitialSpreadMs - policy.ConnectTimeoutMs);
        return lost > earliest ? lost : earliest;
    }

    static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;

    static AppDecision AskedWhileWell(AppTurn turn, AdmissionAsked ask)
    {
        if (!IsLineMoving(turn))
        {
            if (ask.Reason == RunReason.Start)
            {
                return Start(turn);
            }

            if (NextSlot(turn, turn.Policy.PaceBurst).Slot <= turn.Now + SlotLead)
            {
                return TakeSlot(turn, turn.Policy.PaceBurst);
            }

            // More than can go soon: from here on they stand in line.
            turn.Change(g => g with { Line = new WaitingLine { Number = g.Line.Number + 1, AdmittedFrom = g.NextSlotAt } });
        }

        if (ask.Foreground)
        {
            return TakeSlot(turn, burst: 1);
        }

        var ticket = TicketFor(turn, ask);
        var turnOf = turn.Gate.Line.AdmittedFrom!.Value + DistanceOf(turn, ticket);
        return turnOf > turn.Now + worthWaiting ? turn.Done(Admission.Wait(turnOf, ticket)) : TakeSlot(turn, burst: 1);
    }

    // The pace is for resurrections: what users start at an app that is well is its ordinary load.
    static AppDecision Start(AppTurn turn) => Go(turn.Count(t => t with { Admitted = t.Admitted + 1 }), turn.Now);

    static bool IsLineMoving(AppTurn turn)
    {
        var line = turn.Gate.Line;
        return line.AdmittedFrom is { } from && turn.Now < from + (turn.Interval * (line.Foreground + line.Background)) + VerdictSoon;
    }

    static (DateTimeOffset Slot, DateTimeOffset NextSlotAt) NextSlot(AppTurn turn, int burst) =>
        Pacer.Take(turn.Gate.NextSlotAt, turn.Now, turn.Policy.PacePerSecond, burst);

    static AppDecision TakeSlot(AppTurn turn, int burst)
    {
        var (slot, next) = NextSlot(turn, burst);
        turn.Change(g => g with { NextSlotAt = next }).Count(t => t with { Admitted = t.Admitted + 1 });
        return Go(turn, slot);
    }

    static AppDecision Wait(AppTurn turn, AdmissionAsked ask, DateTimeOffset from)
    {
        if (turn.Gate.Line.AdmittedFrom is not null)
        {
            turn.Change(g => g with { Line = new WaitingLine { Number = g.Line.Number + 1 } });
        }

        var ticket = TicketFor(turn, ask);
        var at = from + DistanceOf(turn, ticket);
        var soonest = turn.Now + VerdictSoon;
        return turn.Done(Admission.Wait(at > soonest ? at : soonest, ticket));
    }

    static Ticket TicketFor(AppTurn turn, AdmissionAsked ask)
    {
        var line = turn.Gate.Line;
        if (ask.Ticket is { } held && held.Line == line.Number && held.Foreground == ask.Foreground)
        {
            return held;
        }

        var ticket = new Ticket(line.Number, ask.Foreground ? line.Foreground : line.Background, ask.Foreground);
        turn.Change(g => g with
        {
            Line = ask.Foreground ? line with { Foreground = line.Foreground + 1 } : line with { Background = line.Background + 1 },
        });
        return ticket;
    }

    // Foreground sessions go first, so everybody else is behind all of them.
    static TimeSpan DistanceOf(AppTurn turn, Ticket ticket)
    {
        var line = turn.Gate.Line;
        var rank = (ticket.Foreground ? ticket.Place : line.Foreground + ticket.Place) - line.WentAhead;
        var distance = turn.Interval * Math.Max(0, rank);
        var early = distance * (1 - EarlyShare);
        return distance - (early < SlotLead ? early : SlotLead);
    }
}
