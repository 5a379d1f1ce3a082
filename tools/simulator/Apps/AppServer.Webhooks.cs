using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Apps;

/// <content>What becomes of a webhook: it reaches a process, an ingress, or nobody.</content>
sealed partial class AppServer
{
    /// <summary>The status of a webhook that gets no answer in time.</summary>
    const int NoAnswer = 1;

    const long RefusedMs = 10;

    int downStatus;
    int answerStatus;
    long answersUntil;
    long slowUntil;
    long slowMs;

    public void Answer(Stroke stroke)
    {
        (answerStatus, answersUntil) = (stroke.Status, world.Agenda.Now + stroke.Ms);
        Judge();
        world.Agenda.At(answersUntil, Judge);
    }

    public void BeSlow(Stroke stroke)
    {
        (slowMs, slowUntil) = (stroke.OtherMs, world.Agenda.Now + stroke.Ms);
        Judge();
        world.Agenda.At(slowUntil, Judge);
    }

    /// <summary>Whether something else answers in place of its processes.</summary>
    public bool IsSpokenFor => world.Agenda.Now < answersUntil;

    /// <summary>What the health URL says.</summary>
    public WebhookResult Health() => IsUp ? ResultOf(world.Agenda.Now < answersUntil ? answerStatus : 200) : ResultOf(downStatus);

    /// <summary>A webhook of a run.</summary>
    public (WebhookResult Result, long Takes) Receive(Session session, StartRun run, RunOrder order)
    {
        var takes = Habits.Answer.Draw(draws) + (world.Agenda.Now < slowUntil ? slowMs : 0);
        if (Unanswered() is { } status)
        {
            return status == NoAnswer ? (ResultOf(NoAnswer), world.Policy.WebhookTimeoutMs) : (ResultOf(status), status == 0 ? RefusedMs : takes);
        }

        var process = Next();
        if (process.PausedUntil > world.Agenda.Now)
        {
            return (ResultOf(NoAnswer), world.Policy.WebhookTimeoutMs);
        }

        if (process.IsLeaving)
        {
            return (ResultOf(503) with { IsLeaving = true }, takes);
        }

        var client = ClientOf(session, process);
        var holds = run.Reason == RunReason.Resurrection && client.HasState && Habits.SaysWho;
        client.AskedFor(run.Reason, order.Invite?.Id);
        return takes > world.Policy.WebhookTimeoutMs
            ? (ResultOf(NoAnswer), world.Policy.WebhookTimeoutMs)
            : (ResultOf(202) with { HeldBy = holds ? client.Instance : null }, takes);
    }

    /// <summary>The webhook of a stop: whoever has the session ends it.</summary>
    public (WebhookResult Result, long Takes) ReceiveStop(Session session)
    {
        if (Unanswered() is { } status)
        {
            return (ResultOf(status), RefusedMs);
        }

        foreach (var client in session.Clients.ToArray())
        {
            client.Hear(client.EndSession);
        }

        return (ResultOf(202), Habits.Answer.Draw(draws));
    }

    // Null when a process is to answer.
    int? Unanswered() => world.Agenda.Now < answersUntil ? answerStatus : processes.Count == 0 ? downStatus : null;

    // The newest first: so does a balancer whose readiness says which of them stay.
    Process Next()
    {
        var staying = processes.FindAll(process => !process.IsLeaving);
        var some = staying.Count > 0 ? staying : processes;
        return some[taken++ % some.Count];
    }

    WebhookResult ResultOf(int status) => status switch
    {
        0 => WebhookResult.FromFailure(WebhookFailure.Refused),
        NoAnswer => WebhookResult.FromFailure(WebhookFailure.Timeout),
        429 or 503 when draws.Chance(0.3) => WebhookResult.FromStatus(status, TimeSpan.FromSeconds(1 + draws.Below(30))),
        _ => WebhookResult.FromStatus(status),
    };
}
