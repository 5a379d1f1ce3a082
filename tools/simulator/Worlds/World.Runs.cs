namespace Lifecycle.Simulator.Worlds;

/// <content>What the orchestrations of runs do, step by step, with a hop wherever the deployed ones take one.</content>
sealed partial class World
{
    const int RedoneWithinMs = 60_000;

    static string NameOf(StartRun run) => $"{run.RunId}|{run.Driver}";

    // One that is at work is not begun twice.
    void BeginRun(Session session, StartRun run)
    {
        if (session.Runs.Add(NameOf(run)))
        {
            Step(session, () => Obey(session, run, run.Order));
        }
    }

    void Step(Session session, Action step) => agenda.After(Hop(session), step);

    void Obey(Session session, StartRun run, RunOrder order)
    {
        if (order.Kind == RunOrderKind.End)
        {
            session.Runs.Remove(NameOf(run));
            return;
        }

        agenda.At(order.Until is { } until ? WhenDue(until, session.Hops) : agenda.Now, () => Do(session, run, order));
    }

    void Do(Session session, StartRun run, RunOrder order)
    {
        if (IsStanding)
        {
            WhenBack(() => Do(session, run, order));
            return;
        }

        switch (order.Kind)
        {
            case RunOrderKind.Wait: Report(session, run, new AttemptDue(run.RunId, run.Driver)); break;
            case RunOrderKind.Ask: AskFor(session, run, order.Ask!); break;
            default:
                var orderedAt = Now;
                Step(session, () => LookAndSend(session, run, order, orderedAt));
                break;
        }
    }

    void AskFor(Session session, StartRun run, AdmissionAsked ask) => TellGate(ask, decision =>
    {
        var admission = decision.Admission!;
        agenda.At(
            admission.Kind == AdmissionKind.Go ? WhenDue(admission.At, session.Hops) : agenda.Now,
            () => Report(session, run, new AttemptAdmitted(run.RunId, ask.WebhookId, admission, run.Driver)));
    });

    void Report(Session session, StartRun run, SessionEvent step) => Tell(session, step, order =>
        Step(session, () => Obey(session, run, order ?? throw new InvalidOperationException($"{step} got no order."))));

    // The activity. Of a host that dies meanwhile it is done again, late, with the same webhook.
    void LookAndSend(Session session, StartRun run, RunOrder order, DateTimeOffset orderedAt)
    {
        if (IsStanding)
        {
            agenda.At(backAt + session.Hops.Below(RedoneWithinMs), () => LookAndSend(session, run, order, orderedAt));
            return;
        }

        if (!order.Blind && WhyNot(session, run, order, orderedAt) is { } why)
        {
            watch.Looked(session, run, failed: why is AttemptUnlooked);
            Report(session, run, why);
            return;
        }

        var (died, sentAt) = (deaths, agenda.Now);
        watch.Sending(session, run, order);
        var (result, takes) = app.Receive(session, run, order);
        agenda.After(takes, () =>
        {
            if (died != deaths)
            {
                agenda.At(Math.Max(backAt, agenda.Now) + session.Hops.Below(RedoneWithinMs), () => LookAndSend(session, run, order, orderedAt));
                return;
            }

            var told = result with { TookMs = (int)(agenda.Now - sentAt) };
            var wait = RunScript.BeforeTelling(order, told)?.TotalMilliseconds ?? 0;
            agenda.After((long)wait, () => Report(session, run, new AttemptSent(run.RunId, order.Attempt, told)));
        });
    }

    // The last look. Null when nothing speaks against the webhook.
    SessionEvent? WhyNot(Session session, StartRun run, RunOrder order, DateTimeOffset orderedAt)
    {
        if (order.Terms?.IsLate(orderedAt) == true || (order.Terms is { } terms && (terms with { DueAt = orderedAt }).IsLate(Now)))
        {
            return new AttemptUnlooked(run.RunId, order.Attempt) { Late = true };
        }

        if (!canBeAsked)
        {
            return new AttemptUnlooked(run.RunId, order.Attempt);
        }

        if (session.Open.Count > 0)
        {
            return new AttemptFound(run.RunId, order.Attempt);
        }

        var sight = Look();
        return Rules.HoldsWebhook(sight, Now, order.Terms) ? new AttemptUnlooked(run.RunId, order.Attempt) { Sight = sight } : null;
    }

    void BeginStop(Session session, SendStopWebhook stop) =>
        TellOfStop(session, stop, StableHash.Name("wh_", session.Id, $"{stop.RunId}|stop"), 0, null);

    void TellOfStop(Session session, SendStopWebhook stop, string webhook, int tried, WebhookResult? last) => TellGate(new StopAsked(webhook, tried, last), decision =>
    {
        if (decision.Admission is { Kind: AdmissionKind.Go } admission)
        {
            agenda.At(WhenDue(admission.At, session.Hops), () => SendStop(session, stop, webhook, tried));
        }
    });

    void SendStop(Session session, SendStopWebhook stop, string webhook, int tried)
    {
        if (!Rules.IsStopInForce(session.Stored, stop.CorrelationId))
        {
            return;
        }

        var (result, takes) = app.ReceiveStop(session);
        var wait = result.Verdict == WebhookVerdict.Accepted ? null : NoticeSchedule.NextTry(tried + 1, NoticeSchedule.StopTries, result, 0);
        if (wait is { } span)
        {
            agenda.After(takes + (long)span.TotalMilliseconds, () => TellOfStop(session, stop, webhook, tried + 1, result));
        }
    }
}
