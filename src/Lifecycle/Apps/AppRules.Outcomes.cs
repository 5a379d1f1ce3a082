using System.Collections.Immutable;

namespace Lifecycle;

public static partial class AppRules
{
    static AppDecision OnOutcome(AppTurn turn, OutcomeReported reported)
    {
        // A time that is told twice weighs twice, which costs nobody anything: what is remembered is for what would.
        if (reported.HasAttached)
        {
            return LearnPace(turn, reported).Done();
        }

        if (!IsNews(turn, reported.WebhookId))
        {
            return turn.Done();
        }

        LearnPace(turn, reported).Change(g => g with { Gone = GoneEvidence.After(g.Gone, reported.Result, turn.Now) });
        if (reported.Result.Verdict == WebhookVerdict.Accepted)
        {
            Note(turn, reported.Result.Detail).Count(t => t with { Accepted = t.Accepted + 1 });
            if (turn.Gate.Distrusted)
            {
                return turn.Done();
            }

            Landed(turn, reported.WebhookId);
            return IsOfBefore(turn, reported) ? turn.Done() : Answered(turn, turn.Now + HeadStart(turn)).Done();
        }

        var hasConnected = HasConnectedSince(turn, AdmittedAt(turn.Gate, reported.WebhookId), reported.Result);
        HoldBack(Landed(turn, reported.WebhookId), reported.Result.RetryAfterMs);
        CountFailure(turn, reported.Result.Detail);
        if (hasConnected)
        {
            return CallConnected(Expecting(turn, reported)).Done();
        }

        // Whoever waits for an app that is gone is told so now, and not when it would have asked again.
        Expecting(turn.Gate.Gone is { IsConclusive: true } ? CallAll(turn, turn.Now) : CallNext(turn), reported);
        return (reported.Result.Verdict == WebhookVerdict.Redirected ? TellOfRedirect(turn) : turn).Done();
    }

    // The app took it and died: told only now, after others have found that it is away, that is no answer.
    static bool IsOfBefore(AppTurn turn, OutcomeReported reported) => reported.SentAt < turn.Gate.Breaker.OpenedAt;

    // Nobody but the owner can put that right, and there is time for it before sessions are given up.
    static AppTurn TellOfRedirect(AppTurn turn)
    {
        if (turn.Gate is not { Breaker.IsOpen: true, Incident: { IsOpen: true, OwnerToldAt: null } incident })
        {
            return turn;
        }

        var told = incident with { OwnerToldAt = turn.Now };
        return turn.Change(g => g with { Incident = told }).Do(new TellOwner(OwnerNoticeKind.Unreachable, told));
    }

    // Whoever attaches after a webhook has answered it; whoever attaches without one may be the first of all, whose processes live.
    static AppDecision OnAttached(AppTurn turn, AppAttached attached)
    {
        if (attached.WebhookId is { } webhook)
        {
            var isNews = IsNews(Landed(turn, webhook), webhook);
            if (attached.AfterWebhook && isNews)
            {
                Note(turn, "attached").Count(t => t with { Accepted = t.Accepted + 1 });
            }
        }

        Gone(Leave(turn, attached.Ticket), attached.SessionId);
        turn.Change(g => g with { Gone = null });
        if (attached.AfterWebhook)
        {
            return Answered(turn, turn.Now + HeadStart(turn), attached: true).Done();
        }

        if (turn.Gate.Breaker.IsOpen)
        {
            return Answered(turn, turn.Now.AddMilliseconds(turn.Policy.ReconnectGraceMs), attached: true).Done();
        }

        // Whatever it once asked for: it is up now.
        return EndOfLoss(CallNext(turn.Change(g => g with { HoldUntil = null }))).Done();
    }

    // What came back by itself ends what it began, once nobody else is waited for.
    static AppTurn EndOfLoss(AppTurn turn)
    {
        if (turn.Gate.Breaker.IsOpen || !turn.Gate.Flights.IsEmpty || !turn.Gate.Waiting.IsEmpty || turn.Gate.Line is { AdmittedFrom: null, Held: > 0 })
        {
            return turn;
        }

        turn.Change(g => g with { LostSince = null });
        return turn.Gate.Incident is { Cause: IncidentCause.SessionsLost } ? EndIncident(turn, attached: true) : turn;
    }

    // An app that answers the first webhook after its sessions were lost may have been there all the while: those who come back without one
    // have a moment more for it. One that was found by a probe was away.
    static TimeSpan HeadStart(AppTurn turn) => turn.Gate.Breaker.IsOpen || turn.Gate.LostSince is null ? TimeSpan.Zero : AnswerIsNew;

    static AppDecision OnReturned(AppTurn turn, AdmissionReturned returned)
    {
        var wasNext = Gone(Leave(ReturnRestart(turn, returned.WebhookId), returned.Ticket), returned.SessionId);
        if (returned.Away is { } away)
        {
            return IsFirst(turn, away) ? WaitAway(turn, returned.WebhookId!) : turn.Done();
        }

        if (returned.WebhookId is { } webhook && IsNews(turn, webhook))
        {
            wasNext = true;
            var wasProbe = turn.Gate.Breaker.Probe?.WebhookId == webhook;
            Landed(turn, webhook);
            turn.Change(g => wasProbe ? g with { Breaker = g.Breaker.Unmade(turn.Now) } : g);
        }

        return EndOfLoss(wasNext ? CallNext(turn) : turn).Done();
    }

    // Everything may be told twice. What was told before changes nothing.
    static bool IsNews(AppTurn turn, string webhook)
    {
        var isNews = !turn.Gate.Reported.Contains(webhook);
        turn.Change(g => isNews ? g with { Reported = Remembering(g.Reported, webhook, RememberedReports(turn)) } : g);
        return isNews;
    }

    // The same of whatever is no webhook that wants the app.
    static bool IsFirst(AppTurn turn, string told)
    {
        var isFirst = !turn.Gate.Told.Contains(told);
        turn.Change(g => isFirst ? g with { Told = Remembering(g.Told, told, AppGate.RememberedReports) } : g);
        return isFirst;
    }

    static ImmutableArray<string> Remembering(ImmutableArray<string> known, string one, int most) => [.. known.Skip(Math.Max(0, known.Length + 1 - most)), one];

    // Those of two seconds at the pace: what comes twice comes within that.
    static int RememberedReports(AppTurn turn) => (int)Math.Clamp(2 * turn.PerSecond, AppGate.RememberedReports, AppGate.MostReports);

    static AppTurn Landed(AppTurn turn, string webhookId) => turn.Change(g => g with
    {
        Flights = g.Flights.RemoveAll(flight => flight.WebhookId == webhookId),
        Granted = g.Granted.RemoveAll(slot => slot.WebhookId == webhookId),
        Breaker = g.Breaker.Probe?.WebhookId == webhookId ? g.Breaker with { Probe = null } : g.Breaker,
    });

    static AppTurn Note(AppTurn turn, string outcome) => turn.Change(g => g with
    {
        Outcomes = [.. g.Outcomes.Skip(Math.Max(0, g.Outcomes.Length + 1 - AppGate.RememberedOutcomes)), new AttemptNote(turn.Now, outcome)],
    });

    // What the app asks of one session holds for all: it is the same endpoint.
    static void HoldBack(AppTurn turn, double? retryAfterMs)
    {
        if (retryAfterMs is not null)
        {
            var until = turn.Now.AddMilliseconds(RetryAfter.GrantedMs(retryAfterMs, TimeSpan.FromMilliseconds(turn.Policy.HorizonMs)));
            turn.Change(g => g with { HoldUntil = g.HoldUntil > until ? g.HoldUntil : until });
        }
    }

    static AppTurn CountFailure(AppTurn turn, string outcome)
    {
        Note(turn, outcome).Count(t => t with { Failed = t.Failed + 1 }).Change(g => g with
        {
            Breaker = g.Breaker.Counting(success: false, turn.Now, turn.Policy),
            Incident = g.Incident is { IsOpen: true } incident ? incident with { LastOutcome = outcome } : g.Incident,
        });
        return !turn.Gate.Breaker.IsOpen && turn.Gate.Breaker.ShouldOpen(turn.Policy) && !IsSettling(turn) ? OpenBreaker(turn, outcome) : turn;
    }

    static AppTurn OpenBreaker(AppTurn turn, string outcome)
    {
        var began = turn.OutageBegan;
        OpenIncident(turn, IncidentCause.Unreachable);
        turn.Change(g => g with
        {
            Incident = g.Incident! with { Cause = IncidentCause.Unreachable, LastOutcome = outcome },
            Breaker = g.Breaker.Opened(began, turn.Now, turn.Policy),
        });
        return TendHealth(turn).Do(new IncidentBegan(turn.Gate.Incident!, turn.Gate.Breaker));
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
            BeganAt = turn.OutageBegan,
            OpenedAt = turn.Now,
        };
        turn.Change(g => g with { Incident = incident });
        if (cause != IncidentCause.Unreachable)
        {
            turn.Do(new IncidentBegan(incident, turn.Gate.Breaker));
        }
    }

    // The app is up: whoever waits is admitted at the pace from then on, without a burst.
    static AppTurn Answered(AppTurn turn, DateTimeOffset from, bool attached = false)
    {
        turn.Change(g => g with
        {
            AnsweredAt = turn.Now,
            Pace = g.Breaker.IsOpen || g.LostSince is not null ? PaceAnew(turn, from) : g.Pace,
            HoldUntil = null,
            LostSince = null,
            Distrusted = false,
            Gone = null,
            Health = null,
            Breaker = g.Breaker.IsOpen ? g.Breaker.Closed() : g.Breaker.Counting(success: true, turn.Now, turn.Policy),
            NextSlotAt = g.NextSlotAt > from ? g.NextSlotAt : from,
            Line = g.Line.AdmittedFrom is null && g.Line.Held > 0 ? g.Line with { AdmittedFrom = from } : g.Line,
        });
        return EndIncident(CallAll(turn, from), attached);
    }

    static AppTurn EndIncident(AppTurn turn, bool attached = false)
    {
        if (turn.Gate.Incident is not { IsOpen: true } incident || IsHeldOpen(turn, incident) || (!attached && IsStillUnattached(incident, turn.Now, turn.Policy)))
        {
            return turn;
        }

        var ended = incident with { EndedAt = turn.Now };
        turn.Change(g => g with { Incident = ended }).Do(new IncidentEnded(ended));
        return ended.IsTold ? turn.Do(new TellOwner(OwnerNoticeKind.Recovered, ended)) : turn;
    }

    // An answer proves nothing of these.
    static bool IsHeldOpen(AppTurn turn, Incident incident) =>
        IsStillGivingUp(turn, incident) || IsStillLooping(turn.Gate, incident) || IsStillDeaf(incident, turn.Now, turn.Policy);

    // It answers, and that was never in doubt: once it attaches it is well, or when nobody has wanted it for long.
    static bool IsStillUnattached(Incident? incident, DateTimeOffset now, Policy policy) =>
        now - incident?.UnattachedToldAt < TimeSpan.FromMilliseconds(policy.HorizonMs);

    // An app that takes some sessions back and says of others that they are gone is one long incident, not a hundred short ones.
    static bool IsStillGivingUp(AppTurn turn, Incident incident) =>
        incident.Cause == IncidentCause.SessionEvicted
        && turn.Now - incident.LastEvictedAt < TimeSpan.FromMilliseconds(turn.Policy.HorizonMs);

    static AppDecision OnGivenUp(AppTurn turn, SessionGivenUp givenUp)
    {
        Leave(turn, givenUp.Ticket);
        if (givenUp.Id is { } id && !IsFirst(turn, id))
        {
            return turn.Done();
        }

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
    static AppDecision OnProbeWanted(AppTurn turn, ProbeWanted wanted)
    {
        turn.Change(g => g with { HoldUntil = null });
        if (wanted.Crowd)
        {
            // The next slot is free at once, and every further one at the pace.
            var unburst = turn.Now + (turn.Interval * (turn.Policy.PaceBurst - 1));
            turn.Change(g => g with { NextSlotAt = g.NextSlotAt > unburst ? g.NextSlotAt : unburst });
        }

        return CallNext(RestartSoon(ProbeSoon(turn))).Done();
    }

    static AppTurn ProbeSoon(AppTurn turn)
    {
        var breaker = turn.Gate.Breaker;
        if (breaker.NextProbeAt is not { } next)
        {
            return turn;
        }

        var soonest = next.AddMilliseconds(turn.Policy.ProbeFloorMs - breaker.SpacingMs);
        soonest = soonest > turn.Now ? soonest : turn.Now;
        return turn.Change(g => g with { Breaker = breaker with { NextProbeAt = soonest < next ? soonest : next } });
    }
}
