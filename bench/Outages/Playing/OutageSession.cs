using Lifecycle.Bench.Outages.Strategies;

namespace Lifecycle.Bench.Outages.Playing;

/// <summary>
/// One session of an app, as its process sees it. Every latency is a hash of trace, session, loss, kind and count, so that all
/// strategies meet the same ones, whatever else they cause.
/// </summary>
sealed class OutageSession(OutageApp app, AppSessionId id, bool foreground, OutageTrace trace) : IStrategyClient
{
    readonly Dictionary<string, int> drawn = [];
    IStrategySocket? socket;
    bool asked;
    int knownBy;
    int losses;
    int attempt;

    public AppSessionId Id => id;

    public bool IsForeground => foreground;

    bool IsSlow => StableHash.Uniform(id, $"{trace.Seed}|slow", 0) < trace.SlowShare;

    /// <summary>Its socket is lost a little later: now its process is gone, or the network is.</summary>
    public async void Lose()
    {
        losses++;
        drawn.Clear();
        asked = false;
        attempt++; // whoever is about to attach is stopped
        var losing = socket;
        await Waits.Async(Draw("loss", [0, trace.LossMs]), app.Time);
        if (losing is not null)
        {
            await losing.DropAsync();
        }
    }

    /// <summary>An accepted webhook: the process begins the session anew, even if it had it.</summary>
    public void OnWebhook(bool resurrection)
    {
        if (resurrection && knownBy == app.Process)
        {
            app.Journal.FalseResurrection();
        }

        knownBy = 0;
        if (!asked && socket is null)
        {
            asked = true;
            AttachAfter(Draw("attach", trace.AttachMs));
        }
    }

    public void OnAttached()
    {
        (knownBy, asked) = (app.Process, false);
        app.Journal.Attached(id);
    }

    public void OnClosed()
    {
        socket = null;
        app.Journal.Lost(id);
        if (app.IsUp && !asked)
        {
            AttachAfter(Draw("reconnect", IsSlow ? trace.SlowReconnectMs : trace.ReconnectMs));
        }
    }

    async void AttachAfter(TimeSpan wait)
    {
        var (mine, process) = (++attempt, app.Process);
        while (true)
        {
            await Waits.Async(wait, app.Time);
            if (mine != attempt || !app.IsUp || process != app.Process)
            {
                return; // begun anew, or another process now
            }

            if (app.EndpointsUp && await app.AttachAsync(this, knownBy == process) is { } opened)
            {
                socket = opened;
                return;
            }

            wait = Draw("retry", trace.RetryMs);
        }
    }

    TimeSpan Draw(string kind, double[] range)
    {
        var count = drawn[kind] = drawn.GetValueOrDefault(kind) + 1;
        var random = StableHash.Uniform(id, $"{trace.Seed}|{kind}|{losses}", count);
        return TimeSpan.FromMilliseconds(range[0] + (random * (range[1] - range[0])));
    }
}
