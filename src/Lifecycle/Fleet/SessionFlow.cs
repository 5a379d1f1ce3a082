using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>
/// What happened to one app session within a time, by the transitions that it remembers: each is in one window, whoever counts, and however often. What it
/// has forgotten is in none: sessions with more than <see cref="AppSession.RememberedSteps"/> transitions between two sweeps, and those that were forgotten.
/// </summary>
static class SessionFlow
{
    /// <summary>What happened after a time and not after another.</summary>
    /// <param name="session">The session.</param>
    /// <param name="after">The end of the window before, UTC.</param>
    /// <param name="until">The end of the window, UTC.</param>
    /// <param name="latencies">Takes how long the app was away, of each attach that kept the state.</param>
    public static FleetFlow Within(AppSession session, DateTimeOffset after, DateTimeOffset until, ICollection<TimeSpan> latencies)
    {
        var flow = default(FleetFlow);
        for (var at = session.Trail.Length - 1; at >= 0 && session.Trail[at].At > after; at--)
        {
            if (session.Trail[at].At <= until)
            {
                flow += OfStep(session, at, latencies);
            }
        }

        return session.Tally.LastFalseAt is { } found && found > after && found <= until ? flow with { False = flow.False + 1 } : flow;
    }

    static FleetFlow OfStep(AppSession session, int at, ICollection<TimeSpan> latencies)
    {
        var step = session.Trail[at];
        return step.State switch
        {
            // A resurrection that ended with the proof that its app lived.
            AppState.GracePeriod when step.At == session.Tally.LastFalseAt => new FleetFlow(Graces: 1, 0, Resurrections: 1, Woken: 1, 0),
            AppState.GracePeriod => new FleetFlow(Graces: 1, 0, 0, 0, 0),
            AppState.Running => OfAttach(session.Trail, at, latencies),
            AppState.Evicted when Absence.Before(session.Trail, at) is { IsOfStart: false } => new FleetFlow(0, 0, Resurrections: 1, 0, 0),
            _ => default,
        };
    }

    static FleetFlow OfAttach(ImmutableArray<TrailStep> trail, int at, ICollection<TimeSpan> latencies)
    {
        var absence = Absence.Before(trail, at);
        var isReconnect = absence.IsInGrace && trail[at].Reason is Reasons.Reconnect or Reasons.Adopted;
        if ((isReconnect || trail[at].Reason == Reasons.LateReconnect) && absence.LostAt is { } lost)
        {
            latencies.Add(trail[at].At - lost);
        }

        // The last look before a webhook found the app attached: that one did not go out.
        var isWoken = absence.IsAsked && (trail[at].Reason != Reasons.Adopted || absence.HasFailed);
        return new FleetFlow(0, isReconnect ? 1 : 0, isWoken ? 1 : 0, isWoken ? 1 : 0, 0);
    }

    /// <summary>What came between the loss of an app and a transition.</summary>
    /// <param name="LostAt">When it was lost; null when that is not remembered.</param>
    /// <param name="IsInGrace">Its grace window had not run out.</param>
    /// <param name="IsAsked">A resurrection webhook was ordered since the last grace window began.</param>
    /// <param name="HasFailed">One of them had failed.</param>
    /// <param name="IsOfStart">It was no loss: somebody had asked for a start.</param>
    readonly record struct Absence(DateTimeOffset? LostAt, bool IsInGrace, bool IsAsked, bool HasFailed, bool IsOfStart)
    {
        public static Absence Before(ImmutableArray<TrailStep> trail, int at)
        {
            var found = new Absence(null, at > 0 && trail[at - 1].State == AppState.GracePeriod, false, false, false);
            for (var i = at - 1; i >= 0; i--)
            {
                var isLast = found.LostAt is null;
                switch (trail[i].State)
                {
                    case AppState.GracePeriod: found = found with { LostAt = trail[i].At }; break;
                    case AppState.Resurrecting when isLast: found = found with { IsAsked = true }; break;
                    case AppState.Backoff when isLast: found = found with { HasFailed = true }; break;
                    case AppState.Starting: return found with { IsOfStart = true };
                    case AppState.Resurrecting or AppState.Backoff or AppState.Disconnected or AppState.Dormant: break;
                    default: return found;
                }
            }

            return found;
        }
    }
}
