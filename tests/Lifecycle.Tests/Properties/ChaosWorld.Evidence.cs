namespace Lifecycle.Tests.Properties;

/// <summary>What tells whose fault it is: signs of life, what the canary sees, and what comes late.</summary>
sealed partial class ChaosWorld
{
    ServiceSight sight = ServiceSight.Unknown;
    DateTimeOffset? seenAt;

    /// <summary>A timer as the shell passes it on.</summary>
    TimerFired Seen(TimerFired timer) => Lifecycle.Rules.WantsSight(Session, timer, now) ? timer with { Sight = sight, SeenAt = seenAt } : timer;

    AttemptDue Seen(AttemptDue due) => Lifecycle.Rules.WantsSight(Session, due, now) ? due with { Sight = sight } : due;

    void FindEvidence(int argument)
    {
        switch (argument)
        {
            case 1 or 2: GoToWebhook(argument); break;
            case 0: Decide(new SignOfLife(Session.InstanceId, Session.AttachedEpoch)); break;
            case 3:
                Decide(new SignOfLife("somebody else"));
                seenAt = now;
                break;
            case 4: Decide(new SignOfLife(Session.WrittenOff ?? "nobody")); break;
            case 5: ServiceIsAway(); break;
            case 6:
                ServiceIsAway();
                ServiceIsBack();
                break;
            case 7: sight = sight with { Open = true, AwayAt = sight.Open == false ? now : sight.AwayAt }; break;
            case 8: Decide(new ServiceBack(Session.Epoch, now)); break;
            case 9: ServiceIsBack(); break;
            case 10: BeLate(); break;

            default: BeLater(); break;
        }
    }

    void ServiceIsAway()
    {
        sight = new ServiceSight(false, now);
        AwaitOn();
    }

    // As whoever has looked all the time tells it.
    void ServiceIsBack()
    {
        sight = new ServiceSight(true, now);
        AwaitOn();
        if (Lifecycle.Rules.BackTo(Session, now) is { } back)
        {
            Decide(back);
        }
    }

    // Nobody was here for ten seconds.
    void BeLate()
    {
        now = now.AddSeconds(10);
        FireNext();
        if (Session.Run is { Phase: RunPhase.Confirming } run)
        {
            now = run.DueAt.AddSeconds(10);
            StepRun(6);
        }
    }

    // Soon after the loss, which chance alone seldom does.
    void GoToWebhook(int argument)
    {
        FireNext();
        if (asks.Count > 0)
        {
            Decide(AttemptAdmitted.To(asks[^1].Ask, asks[^1].Ask.RunId!, Admission.Go(now)));
            asks.RemoveAt(asks.Count - 1);
        }

        if (runs.Count > 0 && argument == 2)
        {
            StepRun((opened % 3) switch { 0 => 9, 1 => 0, _ => 2 });
        }
    }

    // An app that accepted a webhook has not attached in time.
    void AwaitOn()
    {
        if (Session.Run is { Phase: RunPhase.Confirming } run)
        {
            AdvanceTo(run.DueAt);
            StepRun(6);
        }
    }

    void BeLater()
    {
        now = now.AddMilliseconds(policy.AliveLimitMs);
        Decide(new SignOfLife(Session.InstanceId, Session.AttachedEpoch));
    }

    // Null when nothing holds the webhook back.
    AttemptUnlooked? HeldBack(string run, RunOrder order, int argument) => argument switch
    {
        9 when order.Terms is not null => new AttemptUnlooked(run, order.Attempt) { Late = true },
        _ when Lifecycle.Rules.HoldsWebhook(sight, now, order.Terms) => new AttemptUnlooked(run, order.Attempt) { Sight = sight },
        _ => null,
    };
}
