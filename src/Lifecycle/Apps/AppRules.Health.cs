namespace Lifecycle;

/// <content>
/// Of an app with a health URL: while its breaker is open the URL is asked every few seconds, the probe follows the first 2xx, and the probes of the
/// schedule are further apart.
/// </content>
public static partial class AppRules
{
    // Whatever changed meanwhile: the breaker, the registration, or the host that asked. A watch that is heard of is not lost, however late that is.
    static AppTurn TendHealth(AppTurn turn, string? heard = null)
    {
        if (!turn.Gate.Breaker.IsOpen || !turn.HasHealthUrl)
        {
            return turn.Gate.Health is null ? turn : EndWatch(turn);
        }

        return turn.Gate.Health is { } watch && (watch.Id == heard || turn.Now <= watch.DueBy + HealthSchedule.Lost) ? turn : BeginWatch(turn);
    }

    // One whose asker is lost goes on under another name, with what it knows: the old one is told that it is over, should it live.
    static AppTurn BeginWatch(AppTurn turn)
    {
        var id = StableHash.Name("hw_", new AppSessionId("", turn.PackageName), $"{turn.Now.UtcTicks}");
        var order = OrderFrom(turn, turn.Now.AddMilliseconds(HealthSchedule.Spacing.TotalMilliseconds * StableHash.Uniform(new AppSessionId("", turn.PackageName), id, 0)));
        var dueBy = HealthSchedule.EndOf(order);
        turn.Change(g => g.Health is { } lost
            ? g with { Health = lost with { Id = id, Rounds = 0, DueBy = dueBy } }
            : g with { Health = new HealthWatch { Id = id, BeganAt = turn.Now, DueBy = dueBy }, Breaker = Widened(turn, g.Breaker) });
        return turn.Do(new WatchHealth(id, order));
    }

    // Where the outage goes on without it, probes are what they were.
    static AppTurn EndWatch(AppTurn turn) => turn.Change(g => g with { Health = null, Breaker = g.Breaker.IsOpen ? Narrowed(turn, g.Breaker) : g.Breaker });

    static AppDecision OnHealthLooked(AppTurn turn, HealthLooked looked)
    {
        if (turn.Gate.Health is not { } watch || watch.Id != looked.Watch)
        {
            // It fell between the app's answer and the end of the watch, or came from one that was thought to be lost.
            turn.Count(t => t with { StaleLooks = t.StaleLooks + (looked.IsUp ? 1 : 0) });
            return turn.Done() with { Health = HealthOrder.Over, IsStale = looked.IsUp };
        }

        var order = NextRound(turn, watch.Id, looked);
        if (looked.Round <= watch.Rounds)
        {
            return turn.Done() with { Health = order };
        }

        turn.Change(g => g with
        {
            Health = watch with
            {
                Rounds = looked.Round,
                DueBy = HealthSchedule.EndOf(order),
                Asked = watch.Asked + looked.Asked,
                Last = looked.Result?.Detail ?? watch.Last,
                LastAt = looked.Result is null ? watch.LastAt : turn.Now,
                IsUp = looked.Result is null ? watch.IsUp : looked.IsUp,
                UpAt = looked.IsUp ? turn.Now : watch.UpAt,
            },
        });
        return (looked.IsUp ? LetProbeGo(turn, before: watch) : turn).Done() with { Health = order };
    }

    // The first word that it is up is news, and the app's Retry-After was of before. One that says so while webhooks fail, or now and then, is not believed
    // more often than the app would be looked for without it.
    static AppTurn LetProbeGo(AppTurn turn, HealthWatch before)
    {
        var ordinary = OrdinarySpacing(turn);
        var isNews = !before.IsUp && !(turn.Now - before.UpAt < ordinary);
        var soonest = isNews ? turn.Now : Rules.Later((before.ProbedAt ?? before.BeganAt) + ordinary, turn.Now)!.Value;
        if (isNews)
        {
            turn.Change(g => g with { HoldUntil = null });
        }

        if (turn.Gate.Breaker.NextProbeAt <= soonest)
        {
            return isNews ? CallNext(turn) : turn;
        }

        turn.Change(g => g with { Breaker = g.Breaker with { NextProbeAt = soonest }, Health = g.Health! with { Prompts = g.Health.Prompts + 1 } });
        return CallNext(turn);
    }

    // A round that was cut short takes its time all the same: whoever cut it short has too much to do. After a 2xx nothing is learned before another probe can go.
    static HealthOrder NextRound(AppTurn turn, string watch, HealthLooked looked)
    {
        var (spacing, random) = (SpacingOf(turn), StableHash.Uniform(new AppSessionId("", turn.PackageName), $"{watch}|{looked.Round}", 0));
        var wait = looked.IsUp
            ? Math.Clamp(OrdinarySpacing(turn).TotalMilliseconds, spacing, HealthSchedule.LongestSpacing.TotalMilliseconds)
            : spacing * (looked.Stopped ? 1 : Math.Max(1, HealthSchedule.TriesFor(spacing) - looked.Asked));
        return OrderFrom(turn, turn.Now.AddMilliseconds(HealthSchedule.WaitMs(wait, random)));
    }

    static HealthOrder OrderFrom(AppTurn turn, DateTimeOffset from) => new(from, SpacingOf(turn), HealthSchedule.TriesFor(SpacingOf(turn)));

    static int SpacingOf(AppTurn turn) => HealthSchedule.SpacingMs(turn.Now - turn.OutageBegan, turn.Policy);

    // How far apart probes would be if nobody asked the health URL.
    static TimeSpan OrdinarySpacing(AppTurn turn) =>
        TimeSpan.FromMilliseconds(IsPastHorizon(turn) ? turn.Gate.Breaker.SpacingMs : ProbeSchedule.SpacingMs(turn.Now - turn.OutageBegan, turn.Policy));

    // Past the horizon they are far enough apart.
    static bool IsPastHorizon(AppTurn turn) => turn.Now - turn.OutageBegan > TimeSpan.FromMilliseconds(turn.Policy.HorizonMs);

    // Probes are far apart, and when a 2xx comes nobody knows: those who cannot be called up come often enough to be there for their turn.
    static DateTimeOffset VerdictFor(AppTurn turn, AdmissionAsked ask, DateTimeOffset planned, bool isCalled)
    {
        if (isCalled || turn.Gate.Health is null)
        {
            return planned;
        }

        var (wait, ordinary) = (HealthSchedule.UncalledWait(turn.Now - (ask.Since ?? turn.Now)), OrdinarySpacing(turn));
        var soon = turn.Now + (wait < ordinary ? wait : ordinary);
        return soon < planned ? soon : planned;
    }

    static AppTurn SpaceProbes(AppTurn turn) => turn.Gate.Health is { } watch
        ? turn.Change(g => g with { Breaker = Widened(turn, g.Breaker), Health = watch with { ProbedAt = turn.Now } })
        : turn;

    static Breaker Widened(AppTurn turn, Breaker breaker) =>
        IsPastHorizon(turn) ? breaker : Spaced(breaker, Math.Min(turn.Policy.ProbeCapMs, breaker.SpacingMs * HealthSchedule.ProbesApart));

    static Breaker Narrowed(AppTurn turn, Breaker breaker) =>
        IsPastHorizon(turn) ? breaker : Spaced(breaker, Math.Min(breaker.SpacingMs, ProbeSchedule.SpacingMs(turn.Now - turn.OutageBegan, turn.Policy)));

    static Breaker Spaced(Breaker breaker, double spacingMs) =>
        breaker with { SpacingMs = spacingMs, NextProbeAt = breaker.NextProbeAt?.AddMilliseconds(spacingMs - breaker.SpacingMs) };

    static HealthWatch? InTime(HealthWatch? watch, DateTimeOffset now) => watch is null ? null : watch with
    {
        BeganAt = Within(watch.BeganAt, now)!.Value,
        DueBy = Within(watch.DueBy, now, HealthSchedule.LongestSpacing * 3)!.Value,
        LastAt = Within(watch.LastAt, now),
        UpAt = Within(watch.UpAt, now),
        ProbedAt = Within(watch.ProbedAt, now),
    };
}
