namespace Lifecycle.Tests.Properties;

/// <summary>What follows once all is well: nothing is lost any more, and the app lives, answers every webhook and attaches.</summary>
sealed partial class ChaosWorld
{
    const int StepsAtMost = 2_000;

    /// <summary>Whether the session is attached to a connection that is open.</summary>
    public bool IsReached => Session.State == AppState.Running
        && (Session.Attachment!.ConnectionId is { } connection ? open.Contains(connection) : open.Count > 0);

    /// <summary>The app opens a connection of its own accord, as a process that was never attached before.</summary>
    public void Attach()
    {
        now = now.AddSeconds(1);
        var id = $"own{++opened}";
        open.Add(id);
        Decide(new Connected(id, $"new{opened}", NegotiatedAt: now));
    }

    /// <summary>Plays on until nothing is left to do, or the session is reached.</summary>
    public void GoOnWell()
    {
        failures = 0;
        undelivered.RemoveAll(late => late is not Disconnected);
        for (var i = 0; i < StepsAtMost && !IsReached && (undelivered.Count > 0 || timers.Count > 0 || ActiveRuns > 0 || Session.State == AppState.Running); i++)
        {
            Deliver(0, keep: false);
            FindMissing();
            FireNext();
            StepWell();
        }
    }

    /// <summary>As a sweep does.</summary>
    public void FindMissing()
    {
        if (Session.State == AppState.Running && !IsReached)
        {
            Decide(new ConnectionMissing(Session.Attachment!.ConnectionId, Session.Epoch));
        }
    }

    void StepWell()
    {
        if (asks.Count > 0)
        {
            var asked = asks[0];
            asks.RemoveAt(0);
            AdvanceTo(asked.At ?? now);
            Decide(AttemptAdmitted.To(asked.Ask, asked.Ask.RunId!, Admission.Go(now)));
            return;
        }

        if (runs.Count == 0)
        {
            return;
        }

        var (key, order) = runs.First();
        var run = key.Split('|')[0];
        AdvanceTo(order.Until ?? now);
        switch (order.Kind)
        {
            case RunOrderKind.Wait: Advance(key, new AttemptDue(run, order.Driver)); break;
            case RunOrderKind.Ask: Advance(key, new AttemptAdmitted(run, order.Ask!.WebhookId, Admission.Go(now), order.Driver)); break;
            case RunOrderKind.Send when open.Count > 0: Advance(key, new AttemptFound(run, order.Attempt)); break;
            default: AnswerWebhook(key, run, order); break;
        }
    }

    void AnswerWebhook(string key, string run, RunOrder order)
    {
        Advance(key, new AttemptSent(run, order.Attempt, WebhookResult.FromStatus(202)));
        Attach();
    }
}
