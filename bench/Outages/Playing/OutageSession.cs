using Lifecycle.Bench.Outages.Strategies;

namespace Lifecycle.Bench.Outages.Playing;

/// <summary>
/// One session of an app, as its process sees it. Every latency is a hash of trace, session, loss, kind and count, so that all
/// strategies meet the same ones, whatever else they cause.
/// </summary>
sealed class OutageSession(OutageApp app, AppSessionId id, bool foreground, OutageTrace trace) : IStrategyClient
{
    // After a slot that it was told an SDK waits up to this long more: slots are whole seconds.
    static readonly double[] slotMs = [0, 1_000];

    readonly Dictionary<string, int> drawn = [];
    IStrategySocket? socket;
    bool asked;
    int knownBy;
    int losses;
    int coming;
    int tries;
    bool refused;
    DateTimeOffset opensAt;

    public AppSessionId Id => id;

    public bool IsForeground => foreground;

    bool IsSlow => StableHash.Uniform(id, $"{trace.Seed}|slow", 0) < trace.SlowShare;

    /// <summary>Its socket is lost a little later: now its process is gone, or the network is.</summary>
    public async void Lose()
    {
        losses++;
        drawn.Clear();
        (asked, tries, refused) = (false, 0, false);
        coming++; // whoever is about to attach is stopped
        var losing = socket;
        await Waits.Async(Draw("loss", [0, trace.LossMs]), app.Time);
        if (losing is not null)
        {
            await losing.DropAsync();
        }
    }

    /// <summary>An accepted webhook: the process begins the session anew, even if it had it, unless its SDK keeps what it holds.</summary>
    /// <returns>Whether it says that it holds the session.</returns>
    public bool OnWebhook(AppWebhook webhook)
    {
        var isHeld = webhook.Resurrection && knownBy == app.Process;
        if (isHeld)
        {
            app.Journal.FalseResurrection();
        }

        var keeps = isHeld && webhook.KeepsHeld;
        knownBy = keeps ? knownBy : 0;
        if (!asked && socket is null)
        {
            asked = true;
            AttachAfter(Draw("attach", trace.AttachMs));
        }

        return keeps;
    }

    public void OnAttached()
    {
        (knownBy, asked, tries, refused) = (app.Process, false, 0, false);
        app.Journal.Attached(id);
    }

    public void OnClosed()
    {
        socket = null;
        app.Journal.Lost(id);
        if (!app.IsUp || asked)
        {
            return;
        }

        if (IsSlow)
        {
            AttachSlowly(Draw("reconnect", trace.SlowReconnectMs));
        }
        else
        {
            AttachAfter(Draw("reconnect", trace.ReconnectMs));
        }
    }

    async void AttachAfter(TimeSpan wait)
    {
        var (mine, process) = (++coming, app.Process);
        while (true)
        {
            await Waits.Async(wait, app.Time);
            if (!Goes(mine, process))
            {
                return;
            }

            tries++;
            var outcome = await TryAsync();
            if (outcome.Socket is not null)
            {
                return;
            }

            wait = outcome.RetryAfter is { } slot ? slot + Draw("slot", slotMs) : Draw("retry", trace.RetryMs);
        }
    }

    // Each try asks for an address, and the socket hangs in the network; the last one's opens in the end.
    async void AttachSlowly(TimeSpan opensAfter)
    {
        var (mine, process, lostAt) = (++coming, app.Process, app.Time.GetUtcNow());
        opensAt = lostAt + opensAfter;
        foreach (var at in SlowRoad.Tries(opensAfter, () => Uniform("sdk")))
        {
            await Waits.Async(lostAt + at - app.Time.GetUtcNow(), app.Time);
            if (!Goes(mine, process))
            {
                return;
            }

            tries++;
            await TryAsync();
        }

        await Waits.Async(opensAt - app.Time.GetUtcNow(), app.Time);
        if (Goes(mine, process) && (await TryAsync()).Socket is null)
        {
            AttachAfter(Draw("retry", trace.RetryMs));
        }
    }

    // Unless it was begun anew, or another process is there now.
    bool Goes(int mine, int process) => mine == coming && app.IsUp && process == app.Process;

    async Task<StrategyOutcome> TryAsync()
    {
        var isBlocked = app.Time.GetUtcNow() < opensAt;
        var outcome = await app.AttachAsync(this, new(app.InstanceId, knownBy == app.Process, tries, refused, isBlocked));
        refused |= outcome.ConnectRefused;
        socket = outcome.Socket ?? socket;
        return outcome;
    }

    TimeSpan Draw(string kind, double[] range) => TimeSpan.FromMilliseconds(range[0] + (Uniform(kind) * (range[1] - range[0])));

    double Uniform(string kind)
    {
        var count = drawn[kind] = drawn.GetValueOrDefault(kind) + 1;
        return StableHash.Uniform(id, $"{trace.Seed}|{kind}|{losses}", count);
    }
}
