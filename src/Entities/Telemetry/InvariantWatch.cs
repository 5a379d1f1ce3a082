using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

/// <summary>
/// Has every decision judged, and counts and logs what it broke. It changes nothing: the decision is carried out as it is, since a session that is stopped for a doubt about it is worse off
/// than one that goes on.
/// </summary>
public sealed partial class InvariantWatch(IDecisionJudge judge, LifecycleMetrics metrics, ILogger<InvariantWatch> logger)
{
    /// <summary>Judges a decision on an app session.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="before">The session before it.</param>
    /// <param name="event">What happened.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="policy">The policy that it was decided under.</param>
    public void Judge(AppSessionId id, AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy)
    {
        try
        {
            if (Count(judge.Broken(before, @event, decision, now, policy)) is var (names, sentences))
            {
                LogSessionBroken(id, @event.GetType().Name, names, sentences, DecisionRecord.Of(before, @event, decision, now, policy));
            }
        }
        catch (Exception e)
        {
            // Whatever a judge may throw is its own defect, and not the session's.
            CountUnjudged(id.ToString(), @event, e);
        }
    }

    /// <summary>Judges a decision of an app's gate.</summary>
    /// <param name="packageName">The app.</param>
    /// <param name="before">The gate before it.</param>
    /// <param name="event">What happened.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="policy">The policy that it was decided under.</param>
    /// <param name="hasHealthUrl">Whether the app is registered with a health URL.</param>
    public void Judge(string packageName, AppGate before, AppEvent @event, AppDecision decision, DateTimeOffset now, Policy policy, bool hasHealthUrl)
    {
        try
        {
            if (Count(judge.Broken(before, @event, decision, now, policy)) is var (names, sentences))
            {
                var record = GateRecord.Of(packageName, before, @event, decision, now, policy, hasHealthUrl);
                LogGateBroken(packageName, record.EventName, names, sentences, DecisionRecord.Of(record));
            }
        }
        catch (Exception e)
        {
            CountUnjudged(packageName, @event, e);
        }
    }

    (string Names, string Sentences)? Count(ImmutableArray<BrokenInvariant> broken)
    {
        foreach (var one in broken)
        {
            metrics.InvariantBroken(one.Name);
        }

        return broken.IsEmpty ? null : (string.Join(", ", broken.Select(one => one.Name).Distinct()), string.Join(' ', broken.Select(one => one.Sentence)));
    }

    void CountUnjudged(string subject, object @event, Exception e)
    {
        metrics.InvariantBroken(LifecycleInstruments.Unjudged);
        LogUnjudged(subject, @event.GetType().Name, e);
    }
}
