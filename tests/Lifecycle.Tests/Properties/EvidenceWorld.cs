namespace Lifecycle.Tests.Properties;

/// <summary>
/// One session whose app was lost and never attaches again, under a script of evidence: signs, canaries, lateness, and clocks that jump. The gate says go. When the script is
/// over, nothing more is heard but what timers and orders bring, and the canary stays as it is.
/// </summary>
sealed class EvidenceWorld(Policy policy, byte[] script, bool twice = false)
{
    /// <summary>What the last timer and the last order may be late by.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(6);

    readonly List<(DateTimeOffset At, SessionEvent Event)> due = [];
    ServiceSight sight = ServiceSight.Unknown;
    DateTimeOffset? seenAt;
    DateTimeOffset waitedFrom;

    public AppSession Session { get; private set; } = AppSession.None;

    public DateTimeOffset Now { get; private set; } = Walk.Start;

    /// <summary>Since the loss, but for what a clock that was set back took.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The most timers and answers that were under way at once.</summary>
    public int MostUnderWay { get; private set; }

    public int Webhooks { get; private set; }

    /// <summary>Within the alive limit, with a last look or without one.</summary>
    public int WebhooksWhileAway { get; private set; }

    public bool IsAtRest => Session.State is AppState.Evicted or AppState.Disconnected && Session.Run is null;

    public void Play(int stepsAtMost = 5_000)
    {
        Session = Walk.Running();
        (Now, waitedFrom) = (Walk.Start.AddSeconds(1), Walk.Start.AddSeconds(1));
        Decide(new Disconnected("c1"));
        for (var step = 0; step < stepsAtMost && Webhooks == 0 && !IsAtRest; step++)
        {
            if (step < script.Length)
            {
                Hear(script[step] % 8, script[step] / 8);
            }

            Next();
            Waited = Later(Waited, Now - waitedFrom);
        }
    }

    static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    void Hear(int what, int argument)
    {
        switch (what)
        {
            case 0: Decide(new SignOfLife("i1")); break;
            case 1: sight = new ServiceSight(false, Now); break;
            case 2: sight = new ServiceSight(true, Now); break;
            case 3: sight = ServiceSight.Unknown; break;
            case 4: Decide(new ServiceBack(Session.Epoch, Now)); break;
            case 5: Pass(TimeSpan.FromSeconds(argument)); break;
            case 6 when argument < 3: SetBack(TimeSpan.FromMinutes(argument)); break;
            case 6 when argument < 6: seenAt = Now; break;
            default: Decide(new SignOfLife("i1", At: Now.AddSeconds(-argument))); break;
        }
    }

    // Nobody is here for so long.
    void Pass(TimeSpan time) => Now += time;

    // What was waited for before counts no more: the session cannot know of it.
    void SetBack(TimeSpan time)
    {
        Now -= time;
        waitedFrom = Now;
        Waited = TimeSpan.Zero;
        foreach (var lost in Lifecycle.Rules.LostOf(Session, Now, policy).ToList())
        {
            Decide(lost);
        }
    }

    void Next()
    {
        if (due.Count == 0)
        {
            return;
        }

        MostUnderWay = Math.Max(MostUnderWay, due.Count);
        var next = due.MinBy(d => d.At);
        due.Remove(next);
        Now = next.At > Now ? next.At : Now;
        Decide(Seen(next.Event));
        if (twice)
        {
            Decide(Seen(next.Event));
        }
    }

    SessionEvent Seen(SessionEvent @event) =>
        @event is TimerFired timer && Lifecycle.Rules.WantsSight(Session, timer, Now) ? timer with { Sight = sight, SeenAt = seenAt } : @event;

    void Decide(SessionEvent @event)
    {
        var decision = Lifecycle.Rules.Decide(Walk.Id, Session, @event, Now, policy).Holding(Session, @event, Now, policy);
        Session = decision.Session;
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case ArmTimer timer: due.Add((timer.DueAt, timer.ToEvent())); break;
                case AskGate ask: due.Add((ask.At ?? Now, AttemptAdmitted.To(ask.Ask, ask.Ask.RunId!, Admission.Go(ask.At ?? Now)))); break;
                case StartRun run: Obey(run); break;
            }
        }
    }

    // As the orchestration does: what it sends counts, whatever comes of it.
    void Obey(StartRun run)
    {
        for (RunOrder? order = run.Order; order is { Kind: RunOrderKind.Send };)
        {
            Now = order.Until > Now ? order.Until.Value : Now;
            if (order.Blind || !Lifecycle.Rules.HoldsWebhook(sight, Now, order.Terms))
            {
                WebhooksWhileAway += sight.IsAway && Now < Session.LostAt?.AddMilliseconds(policy.AliveLimitMs) ? 1 : 0;
                Webhooks++;
                return;
            }

            var decision = Lifecycle.Rules.Decide(Walk.Id, Session, new AttemptUnlooked(run.RunId, order.Attempt) { Sight = sight }, Now, policy);
            Session = decision.Session;
            due.AddRange(decision.Of<ArmTimer>().Select(timer => (timer.DueAt, (SessionEvent)timer.ToEvent())));
            order = decision.Order;
        }
    }
}
