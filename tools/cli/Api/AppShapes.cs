namespace Lifecycle.Cli.Api;

/// <summary>A registered app in a list.</summary>
sealed record AppItem(
    string PackageName,
    string WebhookUrl,
    BreakerShape Breaker,
    IncidentShape? Incident,
    WaitingShape? Waiting,
    DateTimeOffset? AnsweredAt,
    IReadOnlyDictionary<string, int>? Sessions);

/// <summary>Whether webhooks go out: <c>CLOSED</c>, <c>OPEN</c>, or <c>HALF_OPEN</c> while a probe is in flight.</summary>
sealed record BreakerShape(string State, DateTimeOffset? NextProbeAt);

/// <summary>An open incident.</summary>
sealed record IncidentShape(string Id, string Cause, DateTimeOffset BeganAt, int Evicted, string? LastOutcome);

/// <summary>Who waits for an app.</summary>
sealed record WaitingShape(int Foreground, int Background);

/// <summary>A registration, with what was just made for it.</summary>
sealed record Registration(string PackageName, string WebhookUrl, string? ApiKey, string? WebhookSecret, string? HealthUrl = null)
{
    /// <summary>Says nothing of what it holds.</summary>
    public override string ToString() => nameof(Registration);
}
