namespace Lifecycle.Tests.Properties;

/// <summary>Runs of webhooks: what their orchestrations do, and what the gate and the app answer.</summary>
sealed partial class ChaosWorld
{
    // Steps of the current run that nobody ordered, as a work item that is done twice.
    void RepeatStep(int argument)
    {
        var id = Session.Run?.Id ?? "r0";
        Decide((argument % 5) switch
        {
            3 => new AttemptAdmitted(id, "wh_other", Admission.Go(now)),
            // An orchestration that an earlier version has started asks the gate by itself.
            4 when Session.Run is { Phase: RunPhase.Asking } run => new AttemptStalled(id, RunOrderKind.Ask, Driver: run.Driver),
            4 => new AttemptStalled(id, RunOrderKind.Send, Session.Run?.Attempt - 1 ?? 1),
            0 => new AttemptDue(id),
            1 => open.Count > 0 ? new AttemptFound(id, Session.Run?.Attempt - 1 ?? 1) : new AttemptUnlooked(id, Session.Run?.Attempt - 1 ?? 1),
            _ => new AttemptSent(id, Session.Run?.Attempt - 1 ?? 1, WebhookResult.FromStatus(200)),
        });
    }

    // The gate's answer may come twice.
    void AnswerAsk(int argument)
    {
        var asked = asks[argument % asks.Count];
        if (argument != 8)
        {
            asks.Remove(asked);
        }

        AdvanceTo(asked.At ?? now);
        var admission = argument == 9 ? Admission.Go(now) : Ask(asked.Ask, argument);
        var told = argument == 9 ? policy with { Resurrect = false } : null;
        Decide(AttemptAdmitted.To(asked.Ask, asked.Ask.RunId!, admission), told);
    }

    void StepRun(int argument)
    {
        if (asks.Count > 0 && (runs.Count == 0 || argument % 2 == 1))
        {
            AnswerAsk(argument);
            return;
        }

        if (runs.Count == 0)
        {
            return;
        }

        var (key, order) = runs.ElementAt(argument % runs.Count);
        var run = key.Split('|')[0];
        if (order.Until is { } until)
        {
            AdvanceTo(until.AddMilliseconds(argument % 5 == 0 ? -900 : 0));
        }

        switch (order.Kind)
        {
            case RunOrderKind.Wait: Advance(key, Seen(new AttemptDue(run, order.Driver))); break;
            case RunOrderKind.Ask when argument == 12: Advance(key, new AttemptStalled(run, order.Kind, Driver: order.Driver)); break;
            case RunOrderKind.Ask when argument == 9: Advance(key, new AttemptAdmitted(run, order.Ask!.WebhookId, Admission.Go(now), order.Driver), policy with { Resurrect = false }); break;
            case RunOrderKind.Ask: Advance(key, new AttemptAdmitted(run, order.Ask!.WebhookId, Ask(order.Ask, argument), order.Driver)); break;
            case RunOrderKind.Send when argument == 11: Advance(key, new AttemptStalled(run, order.Kind, order.Attempt, order.Driver)); break;
            case RunOrderKind.Send when argument == 10: Advance(key, new AttemptUnlooked(run, order.Attempt, Busy: true)); break;
            case RunOrderKind.Send when (argument == 12 || blindly) && !order.Blind: Advance(key, new AttemptUnlooked(run, order.Attempt)); break;
            case RunOrderKind.Send when open.Count > 0 && !order.Blind: Advance(key, new AttemptFound(run, order.Attempt)); break;
            case RunOrderKind.Send when !order.Blind && HeldBack(run, order, argument) is { } held: Advance(key, held); break;
            default: Send(key, run, order, argument); break;
        }
    }

    // A webhook that goes out is never one to an app that is attached and known to be.
    void Send(string key, string run, RunOrder order, int argument)
    {
        WebhooksWhileAttached += open.Contains(Session.Attachment?.ConnectionId ?? "") && !order.Blind ? 1 : 0;
        Advance(key, new AttemptSent(run, order.Attempt, Answer(argument)));
    }

    void Advance(string key, SessionEvent step, Policy? told = null)
    {
        var order = Decide(step, told);
        if (order is null or { Kind: RunOrderKind.End })
        {
            runs.Remove(key);
        }
        else
        {
            runs[key] = order;
        }
    }

    void TellGate(AppEvent @event)
    {
        var decision = AppRules.Decide(Walk.Id.PackageName, gate, @event, now, policy).Holding(gate, @event, now, policy);
        gate = decision.Gate;
        calls.AddRange(decision.Effects.OfType<CallUp>());
    }

    // The gate knows only of this one session; what it says to sessions among many others is played by the argument.
    Admission Ask(AdmissionAsked ask, int argument)
    {
        var decision = AppRules.Decide(Walk.Id.PackageName, gate, ask, now, policy).Holding(gate, ask, now, policy);
        gate = decision.Gate;
        return argument switch
        {
            1 => Admission.Wait(now.AddSeconds(20), new Ticket(1, 7, false)),
            2 => Admission.Refuse(now.AddSeconds(20), Reasons.AppUnreachable),
            10 => Admission.Refuse(now, now.Second % 2 == 0 ? Reasons.AppNotRegistered : Reasons.AppGone),
            3 => Admission.Go(now.AddSeconds(3)),
            4 => Admission.Go(now.AddSeconds(-6)),
            5 => Admission.Wait(now.AddSeconds(2_000), new Ticket(1, 7, false), moving: true),
            _ => decision.Admission!,
        };
    }

    WebhookResult Answer(int argument) => argument switch
    {
        0 => WebhookResult.FromStatus(202) with { HeldBy = Session.InstanceId },
        1 or 2 or 3 => WebhookResult.FromStatus(202),
        4 => WebhookResult.FromStatus(410),
        5 or 6 => WebhookResult.FromStatus(404),
        7 => WebhookResult.FromStatus(429, TimeSpan.FromSeconds(20)),
        8 => WebhookResult.FromStatus(400),
        _ => WebhookResult.FromFailure(WebhookFailure.Refused),
    };
}
