namespace Lifecycle.Simulator.Worlds;

/// <content>The entity of the app.</content>
sealed partial class World
{
    void TellGate(AppEvent @event, Action<AppDecision>? answer = null)
    {
        gateArrival = Math.Max(agenda.Now + 1 + (long)draws.LogNormal(plan.HopMs, 0.5), gateArrival);
        agenda.At(gateArrival, () => OperateGate(@event, answer));
    }

    void OperateGate(AppEvent @event, Action<AppDecision>? answer)
    {
        if (IsStanding)
        {
            WhenBack(() => OperateGate(@event, answer));
            return;
        }

        var before = gate;
        var decision = rules.Decide(Session.Package, before, @event, Now, policy, plan.App.Health);
        Figures.Decisions++;
        gate = plan.Stored ? Reread(decision.Gate) : decision.Gate;
        watch.GateDecided(before, @event, decision);
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case CallUp call: agenda.At(call.At is { } at ? WhenDue(at, draws) : agenda.Now, () => Tell(SessionOf(call.SessionId), new CalledUp(call.RunId) { DueAt = call.At })); break;
                case WatchHealth health: BeginHealth(health); break;
                case TellOwner: Figures.Notices++; break;
            }
        }

        answer?.Invoke(decision);
    }

    Session SessionOf(string sessionId) => sessions[int.Parse(sessionId.AsSpan(1), provider: null)];

    // No orchestration waits for it: the answer comes by itself, at the slot of whoever is to go.
    void AskGateAt(Session session, AskGate ask) => agenda.At(ask.At is { } at ? WhenDue(at, session.Hops) : agenda.Now, () => TellGate(ask.Ask, decision =>
    {
        var admission = decision.Admission!;
        var slot = admission.Kind == AdmissionKind.Go ? WhenDue(admission.At, session.Hops) : agenda.Now;
        agenda.At(slot, () => Tell(session, AttemptAdmitted.To(ask.Ask, ask.Ask.RunId!, admission)));
    }));

    void BeginHealth(WatchHealth watched) => AskHealth(watched.Watch, watched.Order, 1);

    // A round of questions, told when one of them is answered well or all were asked.
    void AskHealth(string name, HealthOrder order, int round)
    {
        if (!order.IsOver)
        {
            AskHealth(name, order, round, asked: 0, last: null);
        }
    }

    void AskHealth(string name, HealthOrder order, int round, int asked, WebhookResult? last)
    {
        if (asked >= order.Tries || last?.Verdict == WebhookVerdict.Accepted || gate.Health?.Id != name)
        {
            TellGate(new HealthLooked(name, round, asked, last), decision => AskHealth(name, decision.Health ?? HealthOrder.Over, round + 1));
            return;
        }

        agenda.At(WhenDue(HealthSchedule.DueAt(order, Session.Package, $"{name}|{round}", asked), draws), () => AskHealth(name, order, round, asked + 1, app.Health()));
    }
}
