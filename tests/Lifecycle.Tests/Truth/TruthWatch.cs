using System.Diagnostics.CodeAnalysis;

namespace Lifecycle.Tests.Truth;

/// <summary>Looks on at every step, and compares what the rules believe with what is true.</summary>
sealed class TruthWatch(Simulation simulation, TruthSettings settings)
{
    const double PaceTolerance = 1.05;

    readonly HashSet<string> admitted = new(StringComparer.Ordinal);
    readonly HashSet<string> reported = new(StringComparer.Ordinal);
    readonly HashSet<string> counted = new(StringComparer.Ordinal);
    readonly Policy policy = settings.Policy;
    bool appIsUp = true;
    DateTimeOffset? closedFrom;
    DateTimeOffset lastSentAt;
    double aheadOfPace;

    /// <summary>Questions that were out of date, and were given a slot that nobody used.</summary>
    public int AdmittedTooLate { get; private set; }

    public void AppIsDown() => (appIsUp, closedFrom) = (false, null);

    public void AppIsUp() => appIsUp = true;

    public void AllAttached(IEnumerable<TruthSession> sessions)
    {
        if (sessions.FirstOrDefault(session => session.Stored.State != AppState.Running) is { } other)
        {
            Fail($"{other.Id} is {other.Stored.State}", "all sessions are to be attached");
        }
    }

    public void SessionDecided(TruthSession session, AppSession before, SessionEvent @event)
    {
        if (appIsUp && before.State != AppState.Evicted && session.Stored.State == AppState.Evicted)
        {
            Fail($"{session.Id} was given up while the app is up", @event);
        }
    }

    /// <summary>In no window do more go out than the pace allows, but for what may go at once: a bucket that drains at the pace knows all windows.</summary>
    public void WebhookSent(string webhookId, bool accepted)
    {
        var drained = (simulation.Now - lastSentAt).TotalSeconds * Math.Max(policy.PacePerSecond, policy.PaceCeiling) * PaceTolerance;
        aheadOfPace = Math.Max(0, aheadOfPace - drained) + 1;
        lastSentAt = simulation.Now;
        if (aheadOfPace > policy.PaceBurst + policy.FirstFlight)
        {
            Fail($"{aheadOfPace:F1} webhooks ahead of the pace", webhookId);
        }

        if (!admitted.Contains(webhookId))
        {
            Fail("a webhook went out that was not admitted", webhookId);
        }

        closedFrom ??= accepted ? simulation.Now + HeardWithin() : null;
    }

    // By the verdict or by the attach, whichever comes first; a verdict may be lost.
    TimeSpan HeardWithin()
    {
        var attach = TimeSpan.FromMilliseconds(settings.AttachMs) + settings.Longest(hops: 2);
        var verdict = TimeSpan.FromMilliseconds(settings.AnswerMs) + settings.Longest(hops: 3);
        return settings.LostVerdicts > 0 || attach < verdict ? attach : verdict;
    }

    public void GateDecided(AppGate before, AppEvent @event, AppDecision decision)
    {
        if (@event is AdmissionAsked ask && decision.Admission!.Kind == AdmissionKind.Go)
        {
            admitted.Add(ask.WebhookId);
            AdmittedTooLate += reported.Contains(ask.WebhookId) ? 1 : 0;
        }

        var isNews = WebhookOf(@event) is { } webhook && reported.Add(webhook);
        CountedOnce(before, @event, decision.Gate);
        PictureIsTrue(@event, decision.Gate);
        BreakerIsClosed(before, @event, decision.Gate, isNews);
    }

    void CountedOnce(AppGate before, AppEvent @event, AppGate after)
    {
        var more = after.Tally.Accepted + after.Tally.Failed - before.Tally.Accepted - before.Tally.Failed;
        if (more == 0)
        {
            return;
        }

        var webhook = WebhookOf(@event) ?? (@event as AdmissionAsked)?.InVain;
        if (more != 1 || webhook is null || !admitted.Contains(webhook))
        {
            Fail($"{more} more counted, without a webhook that was admitted", @event);
        }

        if (!counted.Add(webhook))
        {
            Fail($"{webhook} is counted once more; remembered are {string.Join(" ", before.Reported)}", @event);
        }
    }

    void PictureIsTrue(AppEvent @event, AppGate gate)
    {
        var inFlight = gate.Breaker.Probe is { } probe ? gate.Flights.Add(probe) : gate.Flights;
        foreach (var flight in inFlight)
        {
            if (!admitted.Contains(flight.WebhookId) || reported.Contains(flight.WebhookId))
            {
                Fail($"{flight.WebhookId} is in flight for the gate, and not in truth", @event);
            }
        }

        if (gate.Flights.Length > policy.FirstFlight)
        {
            Fail($"{gate.Flights.Length} in flight", @event);
        }

        if (gate.Distrusted)
        {
            Fail("an app is distrusted that attaches after every webhook that it accepts", @event);
        }
    }

    void BreakerIsClosed(AppGate before, AppEvent @event, AppGate gate, bool isNews)
    {
        var isAnswer = @event is AppAttached
            || (isNews && !before.Distrusted && @event is OutcomeReported { Result.Verdict: WebhookVerdict.Accepted });
        if (gate.Breaker.IsOpen && (isAnswer || simulation.Now > closedFrom))
        {
            Fail("the breaker is open although the app has answered", @event);
        }
    }

    public void AtTheEnd(IEnumerable<TruthSession> sessions, AppGate gate)
    {
        AllAttached(sessions);
        var unreported = admitted.Except(reported).ToList();
        if (unreported.Count > 0)
        {
            Fail($"{unreported.Count} admissions were never reported, first of all {unreported[0]}", "the end");
        }

        if (!gate.Flights.IsEmpty || gate.Breaker.IsOpen || gate.Incident is { IsOpen: true })
        {
            Fail($"{gate.Flights.Length} in flight, breaker {gate.Breaker.Condition}, incident {gate.Incident}", "the end");
        }
    }

    static string? WebhookOf(AppEvent @event) => @event switch
    {
        OutcomeReported outcome => outcome.WebhookId,
        AppAttached attached => attached.WebhookId,
        AdmissionReturned returned => returned.WebhookId,
        _ => null,
    };

    [DoesNotReturn]
    void Fail(string what, object after) => Assert.Fail($"At {simulation.Elapsed.TotalSeconds:F3} s, {settings}: {what}. Last: {after}");
}
