using System.Collections.Immutable;
using System.Globalization;

namespace Lifecycle.Scenarios;

/// <summary>What one run of a scenario led to.</summary>
sealed record ScenarioReport
{
    public required IReadOnlyList<(AppSessionId Id, SessionSnapshot? Session)> Sessions { get; init; }

    public required IReadOnlyList<WebhookCall> Webhooks { get; init; }

    /// <summary>Milliseconds, ascending.</summary>
    public required IReadOnlyList<double> Recoveries { get; init; }

    public required IReadOnlyDictionary<AppSessionId, ImmutableArray<string>> AppSubscriptions { get; init; }

    public List<string> Failures { get; } = [];

    public bool Passed => Failures.Count == 0;

    public int ResurrectionWebhooks => Webhooks.Count(w => w.Type == "resurrection_request");

    public int StartWebhooks => Webhooks.Count(w => w.Type == "session_request");

    public int Sum(Func<SessionTally, int> count) => Sessions.Sum(s => s.Session is { } session ? count(session.Tally) : 0);

    public double Recovery(double share) => Recoveries.Count == 0 ? 0 : Recoveries[(int)Math.Min(Recoveries.Count - 1, share * Recoveries.Count)];

    public string States => string.Join(" ", Sessions.GroupBy(s => s.Session?.State ?? AppState.None).OrderBy(g => g.Key).Select(g => $"{g.Key.WireName()}={g.Count()}"));

    public string Numbers => string.Create(
        CultureInfo.InvariantCulture,
        $"{States}  webhooks start={StartWebhooks} resurrection={ResurrectionWebhooks} false={Sum(t => t.FalseResurrections)}  " +
        $"reconnects={Sum(t => t.Reconnects)} connects={Sum(t => t.Connects)} stale={Sum(t => t.Stale)}  recovery p50={Recovery(0.5):0} max={Recovery(1):0} ms");

    /// <summary>Attempts that went out under two ids, and ids that went out for two attempts.</summary>
    public int WebhookIdConflicts =>
        Webhooks.GroupBy(w => (w.Id, w.RunId, w.Attempt)).Count(g => g.Select(w => w.WebhookId).Distinct().Count() > 1)
        + Webhooks.GroupBy(w => w.WebhookId).Count(g => g.Select(w => (w.Id, w.RunId, w.Attempt)).Distinct().Count() > 1);
}
