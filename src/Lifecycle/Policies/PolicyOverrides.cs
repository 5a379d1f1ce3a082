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

    /// <inheritdoc cref="Policy.PacePerSecond"/>
    public int? PacePerSecond { get; init; }

    /// <inheritdoc cref="Policy.PaceCeiling"/>
    public int? PaceCeiling { get; init; }

    /// <inheritdoc cref="Policy.PaceBurst"/>
    public int? PaceBurst { get; init; }

    /// <inheritdoc cref="Policy.BreakerFailures"/>
    public int? BreakerFailures { get; init; }

    /// <inheritdoc cref="Policy.BreakerPercent"/>
    public int? BreakerPercent { get; init; }

    /// <inheritdoc cref="Policy.BreakerMinimum"/>
    public int? BreakerMinimum { get; init; }

    /// <inheritdoc cref="Policy.BreakerWindowMs"/>
    public int? BreakerWindowMs { get; init; }

    /// <inheritdoc cref="Policy.ProbeFloorMs"/>
    public int? ProbeFloorMs { get; init; }

    /// <inheritdoc cref="Policy.ProbePercent"/>
    public int? ProbePercent { get; init; }

    /// <inheritdoc cref="Policy.ProbeCapMs"/>
    public int? ProbeCapMs { get; init; }

    /// <inheritdoc cref="Policy.FirstFlight"/>
    public int? FirstFlight { get; init; }

    /// <inheritdoc cref="Policy.AliveLimitMs"/>
    public int? AliveLimitMs { get; init; }

    /// <inheritdoc cref="Policy.LateLimitMs"/>
    public int? LateLimitMs { get; init; }

    /// <inheritdoc cref="Policy.HandOverMs"/>
    public int? HandOverMs { get; init; }

    /// <inheritdoc cref="Policy.AckTimeoutMs"/>
    public int? AckTimeoutMs { get; init; }

    /// <inheritdoc cref="Policy.ReplaceDeaf"/>
    public bool? ReplaceDeaf { get; init; }

    /// <inheritdoc cref="Policy.StableMs"/>
    public int? StableMs { get; init; }

    /// <inheritdoc cref="Policy.CrashLoopBaseMs"/>
    public int? CrashLoopBaseMs { get; init; }

    /// <inheritdoc cref="Policy.CrashLoopCapMs"/>
    public int? CrashLoopCapMs { get; init; }

    /// <inheritdoc cref="Policy.BufferedMessages"/>
    public int? BufferedMessages { get; init; }

    /// <inheritdoc cref="Policy.BufferedBytes"/>
    public int? BufferedBytes { get; init; }

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
        PacePerSecond = PacePerSecond ?? fleet.PacePerSecond,
        PaceCeiling = PaceCeiling ?? fleet.PaceCeiling,
        PaceBurst = PaceBurst ?? fleet.PaceBurst,
        BreakerFailures = BreakerFailures ?? fleet.BreakerFailures,
        BreakerPercent = BreakerPercent ?? fleet.BreakerPercent,
        BreakerMinimum = BreakerMinimum ?? fleet.BreakerMinimum,
        BreakerWindowMs = BreakerWindowMs ?? fleet.BreakerWindowMs,
        ProbeFloorMs = ProbeFloorMs ?? fleet.ProbeFloorMs,
        ProbePercent = ProbePercent ?? fleet.ProbePercent,
        ProbeCapMs = ProbeCapMs ?? fleet.ProbeCapMs,
        FirstFlight = FirstFlight ?? fleet.FirstFlight,
        AliveLimitMs = AliveLimitMs ?? fleet.AliveLimitMs,
        LateLimitMs = LateLimitMs ?? fleet.LateLimitMs,
        HandOverMs = HandOverMs ?? fleet.HandOverMs,
        AckTimeoutMs = AckTimeoutMs ?? fleet.AckTimeoutMs,
        ReplaceDeaf = ReplaceDeaf ?? fleet.ReplaceDeaf,
        StableMs = StableMs ?? fleet.StableMs,
        CrashLoopBaseMs = CrashLoopBaseMs ?? fleet.CrashLoopBaseMs,
        CrashLoopCapMs = CrashLoopCapMs ?? fleet.CrashLoopCapMs,
        BufferedMessages = BufferedMessages ?? fleet.BufferedMessages,
        BufferedBytes = BufferedBytes ?? fleet.BufferedBytes,
    };
}
