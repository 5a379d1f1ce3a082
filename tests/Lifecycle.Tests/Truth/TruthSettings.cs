namespace Lifecycle.Tests.Truth;

/// <summary>One play: all sessions of an app are started, the app dies, is away for a while, and is up again.</summary>
sealed record TruthSettings
{
    public int Sessions { get; init; } = 1_000;

    public int Seed { get; init; } = 1;

    /// <summary>What a message to a session, to the gate or to an orchestration takes, give or take a quarter.</summary>
    public double HopMs { get; init; }

    /// <summary>How long after a webhook has reached the app it attaches.</summary>
    public double AttachMs { get; init; } = 100;

    /// <summary>How long the app takes to answer a webhook.</summary>
    public double AnswerMs { get; init; } = 110;

    public double OutageSeconds { get; init; } = 10;

    /// <summary>The share of webhooks whose orchestration is lost after the webhook went out: nobody hears what came of it.</summary>
    public double LostVerdicts { get; init; }

    /// <summary>Every message to a session or to the gate is delivered a second time, later.</summary>
    public bool Twice { get; init; }

    public Policy Policy { get; init; } = Policy.Default;

    /// <summary>How long the play goes on after the time that all sessions take at the pace: long enough for a lost orchestration to be missed.</summary>
    public TimeSpan GoesOn => LostVerdicts > 0 ? Lifecycle.Rules.RunLost * 2 : TimeSpan.FromMinutes(3);

    /// <summary>What all sessions take at the pace.</summary>
    public TimeSpan AtThePace => TimeSpan.FromSeconds(Sessions / (double)Policy.PacePerSecond);

    /// <summary>When the app dies: all sessions have attached, and what it answered last speaks for it no more.</summary>
    public DateTimeOffset DiesAt => Walk.Start + AtThePace + TimeSpan.FromMilliseconds(Policy.BreakerWindowMs) + TimeSpan.FromSeconds(30);

    public DateTimeOffset BackAt => DiesAt.AddSeconds(OutageSeconds);

    public DateTimeOffset EndsAt => BackAt + AtThePace + GoesOn;

    /// <summary>The longest that messages take that follow one upon the other.</summary>
    public TimeSpan Longest(int hops) => TimeSpan.FromMilliseconds(HopMs * (1 + TruthHops.Jitter) * hops);
}
