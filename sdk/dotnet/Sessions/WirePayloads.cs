using System.Text.Json;
using System.Text.Json.Serialization;

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
    bool InitWanted,
    bool? TakenOver = null,
    int? Version = null,
    long? HandOverMs = null)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"{SessionId}:{PackageName} epoch {Epoch}";

    /// <summary>What the app may see of it.</summary>
    public SessionAck ToAck() => new(State ?? "", Resumed, Epoch, CorrelationId ?? "", Subscriptions ?? [], SubscriptionsVersion, Missed, Seq, Grace)
    {
        TakenOver = TakenOver == true,
        Version = Version ?? 1,
        HandOver = HandOverMs > 0 ? TimeSpan.FromMilliseconds(Math.Min(HandOverMs.Value, WireRules.MaxHandOver.TotalMilliseconds)) : null,
    };

    TimeSpan Grace => ReconnectGraceMs <= 0
        ? WireRules.DefaultGrace
        : TimeSpan.FromMilliseconds(Math.Clamp(ReconnectGraceMs, WireRules.MinGrace.TotalMilliseconds, WireRules.MaxGrace.TotalMilliseconds));
}

sealed record SubscriptionsPayload(bool Accepted, string? Reason, string[]? Subscriptions, long SubscriptionsVersion);

sealed record MessagePayload(long Seq, JsonElement Body, bool? Prompt = null);

sealed record ReasonPayload(string? Reason);

sealed record SupersededPayload(string? Reason, bool? HandedOver = null);

sealed record MovePayload(long? AfterMs, string? Url = null);

/// <summary>Asks for a successor; it has no fields yet.</summary>
sealed record HandOverPayload;

/// <summary>A message whose handler threw in the end.</summary>
sealed record FailedPayload(long Seq, string Error);

/// <summary>How far the handlers have come.</summary>
sealed record DonePayload(
    long Seq,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FailedPayload>? Failed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Last)
{
    /// <summary>What a batch says; absent fields are left out.</summary>
    public static DonePayload Of(DoneBatch batch, bool isLast)
    {
        FailedPayload[] failed = [.. batch.Handled.Where(message => message.Error is not null).Select(message => new FailedPayload(message.Seq, message.Error!))];
        return new DonePayload(batch.Seq, failed.Length > 0 ? failed : null, isLast ? true : null);
    }
}

sealed record InitPayload(bool? Reconnect, string InstanceId);

sealed record HubReply(bool Ok, HubReplyError? Error);

sealed record HubReplyError(string? Code, string? Message);
