using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>The world around a remembered course, as far as its events tell of it.</summary>
sealed class CourseWorld
{
    readonly ImmutableArray<RememberedDecision> decisions;
    readonly ImmutableArray<SentWebhook> webhooks;
    readonly ImmutableArray<GateAnswer> answers;

    /// <summary>The world of these decisions.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="decisions">What is remembered, all of it with its state.</param>
    public CourseWorld(AppSessionId id, ImmutableArray<RememberedDecision> decisions)
    {
        this.decisions = decisions;
        webhooks = [.. Webhooks()];
        answers = [.. Answers(id)];
    }

    /// <summary>A webhook that went out.</summary>
    /// <param name="At">When.</param>
    /// <param name="Result">What it was answered.</param>
    /// <param name="Took">How long that took.</param>
    /// <param name="Brought">The connection that it brought; null for none.</param>
    /// <param name="After">How long after it that was opened.</param>
    public sealed record SentWebhook(DateTimeOffset At, WebhookResult Result, TimeSpan Took, Connected? Brought, TimeSpan After);

    /// <summary>What the app's gate answered in the end.</summary>
    /// <param name="Asked">When it was asked first.</param>
    /// <param name="At">When that was heard.</param>
    /// <param name="Admission">The answer; null when the session was attached, or ended, before there was one.</param>
    public sealed record GateAnswer(DateTimeOffset Asked, DateTimeOffset At, Admission? Admission);

    /// <summary>Whether an event comes from outside, and not of what the rules ordered.</summary>
    public static bool IsOfTheWorld(RememberedDecision decision) => decision.Event is StartRequested or ReviveRequested or StopRequested or UserWentAway or UserCameBack
        or Connected or Disconnected or Initialized or Released or HandOverAsked or SignOfLife or ServiceBack or ConnectionMissing or ConnectionFound or CarriedOver
        or MessagePosted or MessagesDone or TimerFired { Kind: TimerKind.Deaf };

    /// <summary>Whether a connection was opened because a webhook had asked for it: by a process that was not there before.</summary>
    public static bool CameOfWebhook(RememberedDecision decision) => decision is { Event: Connected connected, Before: { } before, To: AppState.Running }
        && (before.Run is { Attempt: > 0 } || before.Run is { Reason: RunReason.Start })
        && (before.InstanceId is null || connected.InstanceId is null || connected.InstanceId != before.InstanceId);

    /// <summary>An event as it fits to the session as it is now: what it says of an epoch that was in force then is said of the one that is now.</summary>
    public static SessionEvent? Told(RememberedDecision decision, AppSession session) => (decision.Event, decision.Before) switch
    {
        (Connected connected, { } before) when connected.TokenEpoch == before.AttachedEpoch => Fitting(connected, session),
        (SignOfLife sign, { } before) when sign.TokenEpoch == before.AttachedEpoch => sign with { TokenEpoch = session.AttachedEpoch, TokenLife = session.CorrelationId },
        (ConnectionMissing missing, { } before) when missing.Epoch == before.Epoch => missing with { Epoch = session.Epoch },
        (ConnectionFound found, { } before) when found.Epoch == before.Epoch => found with { Epoch = session.Epoch },
        (TimerFired timer, { } before) when timer.Epoch == before.Epoch => timer with { Epoch = session.Epoch },
        (ServiceBack back, { } before) when back.Epoch == before.Epoch => back with { Epoch = session.Epoch },
        (var @event, _) => @event,
    };

    /// <summary>A connection that a webhook brings, with the token that is in force; null when the app is attached already.</summary>
    public static Connected? Fitting(Connected? connected, AppSession session) => connected switch
    {
        null => session.State == AppState.Running ? null : new Connected("(what-if)", "(what-if)"),
        { TokenEpoch: null } => connected,
        _ => connected with { TokenEpoch = session.AttachedEpoch, TokenLife = session.CorrelationId },
    };

    /// <summary>When an event came: of one that came several times in a row, evenly over the time in which it did.</summary>
    public static IEnumerable<DateTimeOffset> TimesOf(RememberedDecision decision) =>
        Enumerable.Range(0, decision.Times).Select(n => decision.At + ((decision.LastAt - decision.At) * n / Math.Max(1, decision.Times - 1)));

    /// <summary>The timer of a state; null for none.</summary>
    public static TimerKind? TimerOf(AppState state) => state switch
    {
        AppState.GracePeriod => TimerKind.Grace,
        AppState.Stopping => TimerKind.Stop,
        AppState.Stopped => TimerKind.Retention,
        _ => null,
    };

    /// <summary>What was seen of the SignalR service around a time; null for nothing.</summary>
    public ServiceSight? SightAt(DateTimeOffset at)
    {
        ServiceSight? seen = null;
        foreach (var decision in decisions)
        {
            var sight = decision.Event switch
            {
                TimerFired timer => timer.Sight,
                AttemptDue due => due.Sight,
                AttemptUnlooked unlooked => unlooked.Sight,
                Connected => new ServiceSight(true),
                _ => null,
            };
            seen = sight is not null && decision.At <= at + WhatIf.Tolerance ? sight : seen;
        }

        return seen;
    }

    /// <summary>What the app's gate answers to whoever asks at a time, and when; null where it was not asked then.</summary>
    public GateAnswer? AnswerTo(DateTimeOffset asked) =>
        answers.FirstOrDefault(answer => answer.At >= asked && answer.Asked <= asked + WhatIf.Tolerance);

    /// <summary>What comes of a webhook that goes out at a time; null when nothing is remembered of any.</summary>
    public SentWebhook? WebhookAt(DateTimeOffset at)
    {
        var before = webhooks.LastOrDefault(webhook => webhook.At <= at + WhatIf.Tolerance);
        var next = webhooks.FirstOrDefault(webhook => webhook.At > at + WhatIf.Tolerance);
        // What an app answered before it was lost says nothing of it now.
        return before is null || (next is not null && decisions.Any(decision => decision.At > before.At && decision.At < at && decision.From == AppState.Running && decision.To != AppState.Running))
            ? next ?? before
            : before;
    }

    // Whatever is not heard of was accepted: the app attached, and nobody asked any more.
    IEnumerable<SentWebhook> Webhooks()
    {
        foreach (var (decision, at) in decisions.Select((decision, at) => (decision, at)))
        {
            if (decision is not { Event: AttemptAdmitted { Admission.Kind: AdmissionKind.Go } admitted, Outcome.Reason: Reasons.AttemptBegins })
            {
                continue;
            }

            var later = decisions.Skip(at + 1).TakeWhile(next => next.Event is not AttemptAdmitted { Admission.Kind: AdmissionKind.Go }).ToList();
            var sent = later.FirstOrDefault(next => next.Event is AttemptSent told && told.RunId == admitted.RunId);
            var brought = later.FirstOrDefault(CameOfWebhook);
            if (sent is not null || brought is not null)
            {
                yield return new(
                    decision.At,
                    (sent?.Event as AttemptSent)?.Result ?? WebhookResult.FromStatus(202),
                    sent is null ? TimeSpan.FromSeconds(2) : sent.At - decision.At,
                    brought?.Event as Connected,
                    brought is null ? TimeSpan.Zero : brought.At - decision.At);
            }
        }
    }

    IEnumerable<GateAnswer> Answers(AppSessionId id)
    {
        DateTimeOffset? asked = null;
        foreach (var decision in decisions)
        {
            if (decision.Event is AttemptAdmitted admitted && asked is { } first && (admitted.Admission.Kind == AdmissionKind.Go || decision.To == AppState.Evicted))
            {
                yield return new(first, decision.At, admitted.Admission);
                asked = null;
            }
            else if (asked is { } unanswered && decision.From != decision.To && decision.To is AppState.Running or AppState.Stopped or AppState.Dormant or AppState.GracePeriod)
            {
                yield return new(unanswered, decision.At, null);
                asked = null;
            }

            asked ??= AskedBy(id, decision);
        }

        if (asked is { } still)
        {
            yield return new(still, DateTimeOffset.MaxValue, null);
        }
    }

    static DateTimeOffset? AskedBy(AppSessionId id, RememberedDecision decision) =>
        decision.Replay(id) is { } made && made.Effects.OfType<AskGate>().FirstOrDefault() is { } ask ? ask.At ?? decision.At
        : decision.Replay(id)?.Order is { Kind: RunOrderKind.Ask } order ? order.Until ?? decision.At
        : null;
}
