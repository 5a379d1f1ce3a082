namespace Lifecycle;

/// <summary>The values of <see cref="Policy"/> that one app sets for itself; null leaves the fleet's default in force.</summary>
public sealed record PolicyOverrides
{
    /// <inheritdoc cref="Policy.ReconnectGraceMs"/>
    public int? ReconnectGraceMs { get; init; }

    /// <inheritdoc cref="Policy.Resurrect"/>
    public bool? Resurrect { get; init; }

    /// <inheritdoc cref="Policy.HorizonMs"/>
    public int? HorizonMs { get; init; }

    /// <inheritdoc cref="Policy.BackoffBaseMs"/>
    public int? BackoffBaseMs { get; init; }

    /// <inheritdoc cref="Policy.BackoffCapMs"/>
    public int? BackoffCapMs { get; init; }

    /// <inheritdoc cref="Policy.InitialSpreadMs"/>
    public int? InitialSpreadMs { get; init; }

    /// <inheritdoc cref="Policy.ConnectTimeoutMs"/>
    public int? ConnectTimeoutMs { get; init; }

    /// <inheritdoc cref="Policy.WebhookTimeoutMs"/>
    public int? WebhookTimeoutMs { get; init; }

    /// <inheritdoc cref="Policy.AllowUnsolicited"/>
    public bool? AllowUnsolicited { get; init; }

    /// <inheritdoc cref="Policy.RetentionMs"/>
    public int? RetentionMs { get; init; }

    /// <inheritdoc cref="Policy.StopTimeoutMs"/>
    public int? StopTimeoutMs { get; init; }

    /// <summary>The policy in force for the app.</summary>
    public Policy Over(Policy fleet) => new()
    {
        ReconnectGraceMs = ReconnectGraceMs ?? fleet.ReconnectGraceMs,
        Resurrect = Resurrect ?? fleet.Resurrect,
        HorizonMs = HorizonMs ?? fleet.HorizonMs,
        BackoffBaseMs = BackoffBaseMs ?? fleet.BackoffBaseMs,
        BackoffCapMs = BackoffCapMs ?? fleet.BackoffCapMs,
        InitialSpreadMs = InitialSpreadMs ?? fleet.InitialSpreadMs,
        ConnectTimeoutMs = ConnectTimeoutMs ?? fleet.ConnectTimeoutMs,
        WebhookTimeoutMs = WebhookTimeoutMs ?? fleet.WebhookTimeoutMs,
        AllowUnsolicited = AllowUnsolicited ?? fleet.AllowUnsolicited,
        RetentionMs = RetentionMs ?? fleet.RetentionMs,
        StopTimeoutMs = StopTimeoutMs ?? fleet.StopTimeoutMs,
    };
}
