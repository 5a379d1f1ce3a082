namespace Lifecycle.Bench.Outages.Strategies;

/// <summary>How a strategy without incidents treats one lost session.</summary>
abstract record RetryPlan
{
    /// <summary>How long a lost session is waited for.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>How long an app that accepted a webhook has to attach.</summary>
    public required TimeSpan AttachWithin { get; init; }

    /// <summary>The wait before the first webhook.</summary>
    public abstract TimeSpan First(AppSessionId id, string run);

    /// <summary>The wait before the next webhook; null gives up.</summary>
    /// <param name="id">The session.</param>
    /// <param name="run">The run, for randomness.</param>
    /// <param name="attempt">Webhooks sent so far.</param>
    /// <param name="previous">The wait before the last webhook but the first.</param>
    /// <param name="age">How long the run has lasted.</param>
    /// <param name="result">What came of the last webhook.</param>
    public abstract TimeSpan? Next(AppSessionId id, string run, int attempt, TimeSpan previous, TimeSpan age, WebhookResult result);
}

/// <summary>5 s of grace, two webhooks a second apart, then never again: what the platform of DESIGN section 6 did.</summary>
sealed record SimplePlan : RetryPlan
{
    public static RetryPlan Default { get; } = new SimplePlan { Grace = TimeSpan.FromSeconds(5), AttachWithin = TimeSpan.FromSeconds(5) };

    public override TimeSpan First(AppSessionId id, string run) => TimeSpan.Zero;

    public override TimeSpan? Next(AppSessionId id, string run, int attempt, TimeSpan previous, TimeSpan age, WebhookResult result) =>
        attempt < 2 ? TimeSpan.FromSeconds(1) : null;
}

/// <summary>The grace window, spread and decorrelated backoff of Lifecycle's default policy, for every session by itself.</summary>
sealed record BackoffPlan(Policy Policy) : RetryPlan
{
    public static RetryPlan Default { get; } = new BackoffPlan(Policy.Default)
    {
        Grace = TimeSpan.FromMilliseconds(Policy.Default.ReconnectGraceMs),
        AttachWithin = TimeSpan.FromMilliseconds(Policy.Default.ConnectTimeoutMs),
    };

    public override TimeSpan First(AppSessionId id, string run) =>
        TimeSpan.FromMilliseconds(Backoff.InitialMs(Policy.InitialSpreadMs, StableHash.Uniform(id, run, 0)));

    public override TimeSpan? Next(AppSessionId id, string run, int attempt, TimeSpan previous, TimeSpan age, WebhookResult result)
    {
        var random = StableHash.Uniform(id, run, attempt);
        var delay = Backoff.NextMs(previous.TotalMilliseconds, Policy.BackoffBaseMs, Policy.BackoffCapMs, random);
        var wait = TimeSpan.FromMilliseconds(Math.Max(delay, (result.RetryAfterMs ?? 0) + (Policy.BackoffBaseMs * random)));
        var hopeless = result.Verdict is WebhookVerdict.Gone or WebhookVerdict.Rejected;
        return hopeless || age + wait > TimeSpan.FromMilliseconds(Policy.HorizonMs) ? null : wait;
    }
}
