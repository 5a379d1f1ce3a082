using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>Judges one decision of an app's gate, as <see cref="SessionInvariants"/> do one of a session.</summary>
public static class GateInvariants
{
    /// <summary>What a decision broke; empty for one that is right. Takes about a microsecond, and makes nothing when nothing is broken.</summary>
    /// <param name="before">The gate before it.</param>
    /// <param name="event">What happened.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="policy">The policy that it was decided under.</param>
    public static ImmutableArray<BrokenInvariant> Broken(AppGate before, AppEvent @event, AppDecision decision, DateTimeOffset now, Policy policy)
    {
        var (after, found) = (decision.Gate, (ImmutableArray<BrokenInvariant>.Builder?)null);
        Break(ref found, Invariants.FirstFlightHolds, WhyCrowded(before, after, policy));
        Break(ref found, Invariants.OneProbe, WhyTwoProbes(before, @event, after, now, policy));
        Break(ref found, Invariants.OnlyProbesWhileOpen, WhyNoProbe(before, @event, decision));
        Break(ref found, Invariants.OpenBreakerLooks, WhyBlind(after.Breaker) is { } why && WhyBlind(before.Breaker) is null ? why : null);
        Break(ref found, Invariants.AskIsAnswered, WhyNoAnswer(@event, decision, now));
        Break(ref found, Invariants.SlotIsPaid, WhyShared(before, @event, after, now, policy));
        Break(ref found, Invariants.OwnerToldOnce, WhyToldAgain(before, decision));
        Break(ref found, Invariants.MemoryIsBounded, WhyLarge(before, after));
        return found?.ToImmutable() ?? [];
    }

    static void Break(ref ImmutableArray<BrokenInvariant>.Builder? found, Invariant invariant, string? sentence)
    {
        if (sentence is not null)
        {
            (found ??= ImmutableArray.CreateBuilder<BrokenInvariant>()).Add(new BrokenInvariant(invariant, sentence));
        }
    }

    static string? WhyCrowded(AppGate before, AppGate after, Policy policy) =>
        after.Flights.Length > policy.FirstFlight && after.Flights.Length > before.Flights.Length
            ? $"{after.Flights.Length} attempts are in flight to an app that has not answered."
            : null;

    // One whose verdict is not awaited any more, or was told with the question, makes room.
    static string? WhyTwoProbes(AppGate before, AppEvent @event, AppGate after, DateTimeOffset now, Policy policy)
    {
        if (before.Breaker.Probe is not { } old || after.Breaker.Probe is not { } probe || old.WebhookId == probe.WebhookId || @event is AdmissionAsked { InVain: not null })
        {
            return null;
        }

        var awaited = AppRules.VerdictLost + TimeSpan.FromMilliseconds(policy.WebhookTimeoutMs + (before.Distrusted ? policy.ConnectTimeoutMs : 0));
        return old.At + awaited > now ? $"The probe {probe.WebhookId} went out {(now - old.At).TotalSeconds:F1} s after {old.WebhookId}, whose verdict is awaited." : null;
    }

    static string? WhyNoProbe(AppGate before, AppEvent @event, AppDecision decision)
    {
        if (@event is not AdmissionAsked ask || decision is not { Admission: { Kind: AdmissionKind.Go, Probe: false }, Gate.Breaker.IsOpen: true })
        {
            return null;
        }

        return IsOf(before.Granted, ask.WebhookId) || IsOf(before.Flights, ask.WebhookId) ? null : $"{ask.WebhookId} goes while the breaker is open, and is no probe.";
    }

    static bool IsOf(ImmutableArray<Flight> flights, string webhookId)
    {
        foreach (var flight in flights)
        {
            if (flight.WebhookId == webhookId)
            {
                return true;
            }
        }

        return false;
    }

    static string? WhyBlind(Breaker breaker) => breaker.IsOpen
        ? breaker is { NextProbeAt: not null, OutageBegan: not null } ? null : "The breaker is open, and knows neither its outage nor when it looks next."
        : breaker is { Probe: null, NextProbeAt: null } ? null : $"The breaker is closed, and the probe {breaker.Probe?.WebhookId} is due at {breaker.NextProbeAt:O}.";

    static string? WhyNoAnswer(AppEvent @event, AppDecision decision, DateTimeOffset now)
    {
        if (@event is not (AdmissionAsked or StopAsked))
        {
            return decision.Admission is null ? null : $"{@event.GetType().Name} is answered, which asks nothing.";
        }

        var isAnswer = decision.Admission switch
        {
            { Kind: AdmissionKind.Go } => true,
            { Kind: AdmissionKind.Wait } wait => wait.At >= now,
            { Kind: AdmissionKind.Refuse } refuse => refuse.Reason is not null,
            _ => false,
        };
        return isAnswer ? null : $"{@event.GetType().Name} at {now:O} is answered {decision.Admission?.Kind.ToString() ?? "nothing"} at {decision.Admission?.At:O}, reason {decision.Admission?.Reason ?? "none"}.";
    }

    // Where a clock was set back the next slot is no further off than the policy allows, and comes sooner than it was.
    static string? WhyShared(AppGate before, AppEvent @event, AppGate after, DateTimeOffset now, Policy policy)
    {
        if (@event is not AdmissionAsked ask || after.Granted is not [.., var slot] || slot.WebhookId != ask.WebhookId || after.Granted.AsSpan().SequenceEqual(before.Granted.AsSpan()))
        {
            return null;
        }

        var isSetBack = before.NextSlotAt - now > AppRules.SlotLead + TimeSpan.FromMilliseconds(policy.ReconnectGraceMs);
        return after.NextSlotAt > slot.At && (isSetBack || after.NextSlotAt > before.NextSlotAt)
            ? null
            : $"{ask.WebhookId} was given the slot at {slot.At:O}, and the next one went from {before.NextSlotAt:O} to {after.NextSlotAt:O}.";
    }

    static string? WhyToldAgain(AppGate before, AppDecision decision)
    {
        foreach (var effect in decision.Effects)
        {
            if (effect is TellOwner { Kind: OwnerNoticeKind.Unreachable, Incident: { } away } && before.Incident?.Id == away.Id && before.Incident.OwnerToldAt is not null)
            {
                return $"The owner is told once more that the app of incident {away.Id} is unreachable.";
            }

            if (effect is TellOwner { Kind: OwnerNoticeKind.Recovered, Incident: { IsTold: false } well })
            {
                return $"The owner is told that the app of incident {well.Id} has recovered, and was not told of it.";
            }
        }

        return null;
    }

    static string? WhyLarge(AppGate before, AppGate after) =>
        Beyond("sessions that wait", before.Waiting.Length, after.Waiting.Length, AppGate.MostWaiting)
        ?? Beyond("webhooks", before.Reported.Length, after.Reported.Length, AppGate.MostReports)
        ?? Beyond("reports", before.Told.Length, after.Told.Length, AppGate.MostReports)
        ?? Beyond("slots", before.Granted.Length, after.Granted.Length, AppGate.RememberedSlots)
        ?? Beyond("outcomes", before.Outcomes.Length, after.Outcomes.Length, AppGate.RememberedOutcomes);

    static string? Beyond(string what, int before, int after, int most) => after > most && after > before ? $"{after} {what} are remembered, and {most} at most should be." : null;
}
