namespace Lifecycle;

public static partial class AppRules
{
    static AppDecision OnOutcome(AppTurn turn, OutcomeReported reported)
    {
        if (reported.Result.Verdict == WebhookVerdict.Accepted)
        {
            Note(turn, reported.Result.Detail).Count(t => t with { Accepted = t.Accepted + 1 });
            return turn.Gate.Distrusted ? turn.Done() : Answered(Landed(turn, reported.WebhookId)).Done();
        }

        HoldBack(Landed(turn, reported.WebhookId), reported.Result.RetryAfterMs);
        return CountFailure(turn, reported.Result.Detail).Done();
    }

    static AppTurn Landed(AppTurn turn, string webhookId) => turn.Change(g => g with
    {
        Flights = g.Flights.RemoveAll(flight => flight.WebhookId == webhookId),
        Breaker = g.Breaker.Probe?.WebhookId == webhookId ? g.Breaker with { Probe = null } : g.Breaker,
    });

    static AppTurn Note(AppTurn turn, string outcome) => turn.Change(g => g with
    {
        Outcomes = [.. g.Outcomes.Skip(Math.Max(0, g.Outcomes.Length + 1 - AppGate.RememberedOutcomes)), new AttemptNote(turn.Now, outcome)],
    });

    // What the app asks of one session holds for all: it is the same endpoint. Never beyond the horizon, or a typing error of the
    // app's people (seconds for milliseconds) would keep it dead for weeks.
    static void HoldBack(AppTurn turn, double? retryAfterMs)
    {
        if (retryAfterMs is not { } wait)
        {
            return;
        }

        var until = turn.Now.AddMilliseconds(Math.Min(wait, turn.Policy.HorizonMs));
        turn.Change(g => g with
        {
            HoldUntil = g.HoldUntil > until ? g.HoldUntil : until,
            Breaker = g.Breaker.NextProbeAt < until ? g.Breaker with { NextProbeAt = until } : g.Breaker,
        });
    }

    static AppTurn CountFailure(AppTurn turn, string outcome)
    {
        Note(turn, outcome).Count(t => t with { Failed = t.Failed + 1 }).Change(g => g with
        {
            Breaker = g.Breaker.Counting(success: false, turn.Now, turn.Policy),
            Incident = g.Incident is { IsOpen: true } incident ? incident with { LastOutcome = outcome } : g.Incident,
        });
        return !turn.Gate.Breaker.IsOpen && turn.Gate.Breaker.ShouldOpen(turn.Policy) ? OpenBreaker(turn, outcome) : turn;
    }

    static AppTurn OpenBreaker(AppTurn turn, string outcome)
    {
        OpenIncident(turn, IncidentCause.Unreachable);
        turn.Change(g => g with
        {
            Incident = g.Incident! with { Cause = IncidentCause.Unreachable, LastOutcome = outcome },
            Breaker = g.Breaker.Opened(turn.OutageBegan, turn.Now, turn.Policy),
        });
        HoldBack(turn, (turn.Gate.HoldUntil - turn.Now)?.TotalMilliseconds);
        return turn.Do(new IncidentBegan(turn.Gate.Incident!, turn.Gate.Breaker));
    }

    static void OpenIncident(AppTurn turn, IncidentCause cause)
    {
        if (turn.Gate.Incident is { IsOpen: true })
        {
            return;
        }

        var incident = new Incident
        {
            Id = StableHash.Name("inc_", new AppSessionId("", turn.PackageName), $"{turn.Now.UtcTicks}"),
            Cause = cause,
            BeganAt = turn.Gate.LostSince ?? turn.Now,
            OpenedAt = turn.Now,
        };
        turn.Change(g => g with { Incident = incident });
        if (cause != IncidentCause.Unreachable)
        {
            turn.Do(new IncidentBegan(incident, turn.Gate.Breaker));
        }
    }

    // The app is up: whoever waits is admitted at the pace from now on, without a burst.
    static AppTurn Answered(AppTurn turn)
    {
        turn.Change(g => g with
        {
            AnsweredAt = turn.Now,
            HoldUntil = null,
            LostSince = null,
            Distrusted = false,
            Breaker = g.Breaker.IsOpen ? g.Breaker.Closed() : g.Breaker.Counting(success: true, turn.Now, turn.Policy),
            NextSlotAt = g.NextSlotAt > turn.Now ? g.NextSlotAt : turn.Now,
            Line = g.Line.AdmittedFrom is null && g.Line.Foreground + g.Line.Background > 0 ? g.Line with { AdmittedFrom = turn.Now } : g.Line,
        });
        return EndIncident(turn);
    }

    static AppTurn EndIncident(AppTurn turn)
    {
        if (turn.Gate.Incident is not { IsOpen: true } incident || IsStillGivingUp(turn, incident))
        {
            return turn;
        }

        var ended = incident with { EndedAt = turn.Now };
        turn.Change(g => g with { Incident = ended }).Do(new IncidentEnded(ended));
        return ended.OwnerToldAt is null ? turn : turn.Do(new TellOwner(OwnerNoticeKind.Recovered, ended));
    }

    // An app that takes some sessions back and says of others that they are gone is one long incident, not a hundred short ones.
    static bool IsStillGivingUp(AppTurn turn, Incident incident) =>
        incident.Cause == IncidentCause.SessionEvicted
        && turn.Now - incident.LastEvictedAt < TimeSpan.FromMilliseconds(turn.Policy.HorizonMs);

    static AppDecision OnGivenUp(AppTurn turn, SessionGivenUp givenUp)
    {
        OpenIncident(turn.Count(t => t with { Evicted = t.Evicted + 1 }), IncidentCause.SessionEvicted);
        var before = turn.Gate.Incident!;
        var incident = before with
        {
            Evicted = before.Evicted + 1,
            LastEvictedAt = turn.Now,
            EvictedFor = givenUp.Reason,
            OwnerToldAt = before.OwnerToldAt ?? turn.Now,
        };
        turn.Change(g => g with { Incident = incident });
        return before.OwnerToldAt is null ? turn.Do(new TellOwner(OwnerNoticeKind.Unreachable, incident)).Done() : turn.Done();
    }

    // A person knows better than a Retry-After of half an hour ago.
    static AppDecision OnProbeWanted(AppTurn turn) => ProbeSoon(turn.Change(g => g with { HoldUntil = null })).Done();

    static AppTurn ProbeSoon(AppTurn turn)
    {
        var (breaker, hold) = (turn.Gate.Breaker, turn.Gate.HoldUntil ?? turn.Now);
        if (breaker.NextProbeAt is not { } next)
        {
            return turn;
        }

        var soonest = new[] { turn.Now, hold, next.AddMilliseconds(turn.Policy.ProbeFloorMs - breaker.SpacingMs) }.Max();
        return turn.Change(g => g with { Breaker = breaker with { NextProbeAt = soonest < next ? soonest : next } });
    }
}
