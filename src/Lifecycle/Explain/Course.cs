using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>Plays a remembered course again, under another policy.</summary>
sealed class Course
{
    // A mistake of ours must not run for ever.
    const int MostSteps = 2_000;

    static readonly TimeSpan answerTakes = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan attachTakes = TimeSpan.FromSeconds(1);

    readonly AppSessionId id;
    readonly Policy policy;
    readonly CourseWorld world;
    readonly PriorityQueue<Func<SessionEvent?>, (DateTimeOffset At, int Order)> due = new();
    readonly List<CourseStep> steps = [];
    AppSession session;
    bool guessed;
    int webhooks;
    int order;

    /// <summary>A course to play.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="decisions">What is remembered, all of it with its state.</param>
    /// <param name="from">With which of them it begins: it is made anew, and whatever follows comes of that.</param>
    /// <param name="policy">The policy.</param>
    public Course(AppSessionId id, ImmutableArray<RememberedDecision> decisions, int from, Policy policy)
    {
        var first = decisions[from];
        (this.id, this.policy, world, session) = (id, policy, new CourseWorld(id, decisions), first.Before!);
        Resume(first);
        Schedule(first.At, () => first.Event);
        foreach (var decision in decisions.Skip(from + 1).Where(decision => CourseWorld.IsOfTheWorld(decision) && !CourseWorld.CameOfWebhook(decision)))
        {
            foreach (var at in CourseWorld.TimesOf(decision))
            {
                Schedule(at, () => CourseWorld.Told(decision, session));
            }
        }
    }

    /// <summary>What was played.</summary>
    /// <param name="Steps">The transitions, the oldest first.</param>
    /// <param name="Webhooks">How many start and resurrection webhooks went out.</param>
    /// <param name="Last">The state at the end.</param>
    /// <param name="Guessed">An answer had to be guessed.</param>
    public sealed record Played(ImmutableArray<CourseStep> Steps, int Webhooks, AppState Last, bool Guessed);

    /// <summary>The decisions that can be played: those at the end that were kept with their state.</summary>
    public static ImmutableArray<RememberedDecision> Playable(ImmutableArray<RememberedDecision> decisions) =>
        [.. decisions.Reverse().TakeWhile(decision => decision.Before is not null).Reverse()];

    /// <summary>The transitions that there were, and how many webhooks went out.</summary>
    public static (ImmutableArray<CourseStep> Steps, int Webhooks) Remembered(AppSessionId id, ImmutableArray<RememberedDecision> decisions)
    {
        var moves = decisions.Where(decision => decision.Replay(id) is { } made && made.Effects.Any(effect => effect is PublishTransition));
        var last = decisions[^1].Replay(id)!.Session.Tally.Webhooks;
        return ([.. moves.Select(move => new CourseStep(move.At, move.To, move.Outcome.Reason, move.EventName))], Math.Max(0, last - decisions[0].Before!.Tally.Webhooks));
    }

    /// <summary>Plays it until a time.</summary>
    public Played Play(DateTimeOffset until)
    {
        for (var played = 0; played < MostSteps && due.TryDequeue(out var tell, out var at) && at.At <= until + WhatIf.Tolerance; played++)
        {
            if (tell() is { } @event)
            {
                Decide(@event, at.At);
            }
        }

        return new([.. steps], webhooks, session.State, guessed);
    }

    void Decide(SessionEvent @event, DateTimeOffset now)
    {
        var (before, decision) = (session.Tally.Webhooks, Rules.Decide(id, session, @event, now, policy));
        session = decision.Session;
        webhooks += Math.Max(0, session.Tally.Webhooks - before);
        foreach (var effect in decision.Effects)
        {
            Execute(effect, now);
        }

        if (decision.Order is { } next && session.Run is { } run)
        {
            Obey(run.Id, next, now);
        }

        if (decision.Effects.OfType<PublishTransition>().FirstOrDefault() is { } moved)
        {
            steps.Add(new CourseStep(now, moved.To, moved.Reason, @event.GetType().Name));
        }
    }

    void Execute(Effect effect, DateTimeOffset now)
    {
        switch (effect)
        {
            case ArmTimer timer:
                Schedule(timer.DueAt, () => timer.ToEvent() with { Sight = world.SightAt(timer.DueAt) });
                break;
            case AskGate ask:
                Ask(ask.Ask, ask.At > now ? ask.At.Value : now);
                break;
            case StartRun run:
                Obey(run.RunId, run.Order, now);
                break;
        }
    }

    void Ask(AdmissionAsked ask, DateTimeOffset at)
    {
        var answer = world.AnswerTo(at) ?? new(at, at, Admission.Go(at));
        if (answer.Admission is { } admission)
        {
            var told = admission.Kind == AdmissionKind.Go ? Admission.Go(answer.At) : admission;
            Schedule(answer.At, () => AttemptAdmitted.To(ask with { Driver = session.Run?.Driver ?? 0 }, ask.RunId!, told));
        }
    }

    void Obey(string runId, RunOrder next, DateTimeOffset now)
    {
        var at = next.Until > now ? next.Until.Value : now;
        switch (next.Kind)
        {
            case RunOrderKind.Wait:
                Schedule(at, () => new AttemptDue(runId, next.Driver) { Sight = world.SightAt(at) });
                break;
            case RunOrderKind.Ask when next.Ask is { } ask:
                Ask(ask with { RunId = runId }, at);
                break;
            case RunOrderKind.Send:
                Send(runId, next, at);
                break;
        }
    }

    void Send(string runId, RunOrder next, DateTimeOffset at)
    {
        var known = world.WebhookAt(at);
        guessed |= known is null;
        var sent = known ?? new(at, WebhookResult.FromStatus(202), answerTakes, null, attachTakes);
        if (sent.Result.Verdict == WebhookVerdict.Accepted && (sent.Brought is not null || known is null))
        {
            Schedule(at + sent.After, () => CourseWorld.Fitting(sent.Brought, session), first: true);
        }

        Schedule(at + sent.Took, () => new AttemptSent(runId, next.Attempt, sent.Result));
    }

    // What was under way when it began: the timer of its state.
    void Resume(RememberedDecision first)
    {
        if (session is { Deadline: { } deadline } && first.Event is not TimerFired && CourseWorld.TimerOf(session.State) is { } kind)
        {
            var (at, epoch) = (deadline > first.At ? deadline : first.At, session.Epoch);
            Schedule(at, () => new TimerFired(kind, epoch) { DueAt = deadline, Sight = world.SightAt(at) });
        }
    }

    // What a webhook brings is there before whatever else comes at that moment, as it was.
    void Schedule(DateTimeOffset at, Func<SessionEvent?> tell, bool first = false) => due.Enqueue(tell, (at, first ? order++ - MostSteps : order++));
}
