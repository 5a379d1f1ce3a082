using System.Text.Json;

namespace Lifecycle.Sdk.Sessions;

/// <summary>The <c>ack</c> as it comes over the wire; every field may be missing.</summary>
sealed record AckPayload(
    string? SessionId,
    string? PackageName,
    string? State,
    bool Resumed,
    long Epoch,
    string? CorrelationId,
    string[]? Subscriptions,
    long SubscriptionsVersion,
    string? Token,
    int Missed,
    long Seq,
    long ReconnectGraceMs,
    bool InitWanted)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"{SessionId}:{PackageName} epoch {Epoch}";

    /// <summary>What the app may see of it.</summary>
    public SessionAck ToAck() => new(State ?? "", Resumed, Epoch, CorrelationId ?? "", Subscriptions ?? [], SubscriptionsVersion, Missed, Seq, Grace);

    TimeSpan Grace => ReconnectGraceMs <= 0
        ? WireRules.DefaultGrace
        : TimeSpan.FromMilliseconds(Math.Clamp(ReconnectGraceMs, WireRules.MinGrace.TotalMilliseconds, WireRules.MaxGrace.TotalMilliseconds));
}

sealed record SubscriptionsPayload(bool Accepted, string? Reason, string[]? Subscriptions, long SubscriptionsVersion);

sealed record MessagePayload(long Seq, JsonElement Body);

sealed record ReasonPayload(string? Reason);

sealed record InitPayload(bool? Reconnect, string InstanceId);

sealed record HubReply(bool Ok, HubReplyError? Error);

sealed record HubReplyError(string? Code, string? Message);
