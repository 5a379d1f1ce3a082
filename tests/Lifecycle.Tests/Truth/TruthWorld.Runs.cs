namespace Lifecycle.Tests.Truth;

/// <summary>What the orchestration of a run does, step by step, and the app that its webhooks reach.</summary>
sealed partial class TruthWorld
{
    // A host that is down refuses at once.
    static readonly TimeSpan refusal = TimeSpan.FromMilliseconds(10);

    readonly HashSet<string> lostVerdicts = new(StringComparer.Ordinal);

    static string InstanceOf(StartRun run) => $"{run.RunId}|{run.Driver}";

    void Begin(TruthSession session, StartRun run)
    {
        if (session.Orchestrations.Add(InstanceOf(run)))
        {
            hops.Step(() => Obey(session, run, run.Order));
        }
    }

    void Obey(TruthSession session, StartRun run, RunOrder order)
    {
        if (order.Kind == RunOrderKind.End)
        {
            session.Orchestrations.Remove(InstanceOf(run));
        }
        else if (order.Until is { } until && until > simulation.Now)
        {
            simulation.At(until, () => hops.Step(() => Do(session, run, order)));
        }
        else
        {
            Do(session, run, order);
        }
    }

    void Do(TruthSession session, StartRun run, RunOrder order)
    {
        switch (order.Kind)
        {
            case RunOrderKind.Wait: Report(session, run, new AttemptDue(run.RunId, run.Driver)); break;
            case RunOrderKind.Ask: AskFor(session, run, order.Ask!); break;
            default: hops.Step(() => LookAndSend(session, run, order)); break;
        }
    }

    void AskFor(TruthSession session, StartRun run, AdmissionAsked ask) => hops.Send(GateTarget, again =>
    {
        var admission = ApplyToGate(ask)!;
        if (!again)
        {
            var at = admission.Kind == AdmissionKind.Go ? admission.At : simulation.Now;
            hops.Step(() => simulation.At(at, () => Report(session, run, new AttemptAdmitted(run.RunId, ask.WebhookId, admission, run.Driver))));
        }
    });

    // Only the first copy of a step is answered with an order.
    void Report(TruthSession session, StartRun run, SessionEvent step) => hops.Send(session.Id.SessionId, again =>
    {
        var order = Apply(session, step);
        if (!again)
        {
            hops.Step(() => Obey(session, run, order ?? throw new InvalidOperationException($"{step} got no order.")));
        }
    });

    void LookAndSend(TruthSession session, StartRun run, RunOrder order)
    {
        if (session.Socket is not null)
        {
            hops.Step(() => Report(session, run, new AttemptFound(run.RunId, order.Attempt)));
            return;
        }

        watch.WebhookSent(order.WebhookId!, accepted: appIsUp);
        var (result, takes) = Receive(session);
        if (LosesVerdict(order.WebhookId!))
        {
            session.Orchestrations.Remove(InstanceOf(run));
            return;
        }

        simulation.After(takes, () => hops.Step(() =>
        {
            var wait = RunScript.BeforeTelling(order, result) ?? TimeSpan.Zero;
            simulation.After(wait, () => Report(session, run, new AttemptSent(run.RunId, order.Attempt, result)));
        }));
    }

    // The app's side of a webhook.
    (WebhookResult Result, TimeSpan Takes) Receive(TruthSession session)
    {
        if (!appIsUp)
        {
            return (WebhookResult.FromFailure(WebhookFailure.Refused), refusal);
        }

        var process = processes;
        simulation.After(TimeSpan.FromMilliseconds(settings.AttachMs), () => Attach(session, process));
        return (WebhookResult.FromStatus(202) with { TookMs = (int)settings.AnswerMs }, TimeSpan.FromMilliseconds(settings.AnswerMs));
    }

    // Not again for a webhook that is repeated: then every one would come to its end.
    bool LosesVerdict(string webhookId) =>
        StableHash.Uniform(Walk.Id, webhookId, settings.Seed) < settings.LostVerdicts && lostVerdicts.Add(webhookId);
}
