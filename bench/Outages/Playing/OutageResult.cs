namespace Lifecycle.Bench.Outages.Playing;

/// <summary>What one strategy made of one trace. Times count from the outage's begin unless they say otherwise.</summary>
sealed record OutageResult
{
    public required OutageTrace Trace { get; init; }

    public required string Strategy { get; init; }

    public required IReadOnlyList<WebhookNote> Webhooks { get; init; }

    public required IReadOnlyList<RunningNote> Running { get; init; }

    /// <summary>From the app being up to the session running for good, ascending, of those that do.</summary>
    public required IReadOnlyList<TimeSpan> Recoveries { get; init; }

    /// <summary>When sessions were given up that are not running at the end, ascending.</summary>
    public required IReadOnlyList<TimeSpan> GivenUp { get; init; }

    /// <summary>Webhooks that asked for a session to be begun anew although its process had it.</summary>
    public required int FalseResurrections { get; init; }

    public int WebhooksWhileDown => Webhooks.Count(webhook => webhook.WhileDown);

    /// <summary>Webhooks that the app, its ingress or the lack of both did not accept.</summary>
    public int WebhooksRefused => Webhooks.Count(webhook => !webhook.Accepted);

    /// <summary>The share of sessions that are not running at the end.</summary>
    public double DeadShare => 1 - (Recoveries.Count / (double)Trace.Sessions);

    /// <summary>The most webhooks within any one second.</summary>
    public int PeakPerSecond
    {
        get
        {
            var (peak, first) = (0, 0);
            for (var i = 0; i < Webhooks.Count; i++)
            {
                while (Webhooks[i].At - Webhooks[first].At >= TimeSpan.FromSeconds(1))
                {
                    first++;
                }

                peak = Math.Max(peak, i - first + 1);
            }

            return peak;
        }
    }

    /// <summary>From the app being up until this share of the sessions is running for good; null when it never is.</summary>
    /// <param name="share">From 0 to 1.</param>
    public TimeSpan? RecoveryTo(double share)
    {
        var needed = (int)Math.Ceiling(share * Trace.Sessions);
        return needed <= Recoveries.Count ? Recoveries[needed - 1] : null;
    }
}
