using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Lifecycle.Sdk.Webhooks;

/// <summary>What Lifecycle asks for.</summary>
public enum WebhookType
{
    /// <summary><c>session_request</c>: attach to a session for the first time.</summary>
    SessionRequest,
    /// <summary><c>resurrection_request</c>: attach again, the connection was lost for longer than the grace.</summary>
    ResurrectionRequest,
    /// <summary><c>stop_request</c>: let go of the session.</summary>
    StopRequest,
    /// <summary><c>handover_request</c>: another process leaves and is still attached; attach with <see cref="LifecycleWebhook.TakeOverToken"/> and take over.</summary>
    HandOverRequest,
}

/// <summary>A webhook, checked: the ids are well formed and the package is ours.</summary>
/// <param name="Id">The same for every retry of one attempt.</param>
/// <param name="Type">What is asked for.</param>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The package that is asked.</param>
/// <param name="CorrelationId">Joins what belongs together in logs.</param>
/// <param name="RunId">The start or resurrection run, if any.</param>
/// <param name="Attempt">Counts from 1 within the run; 0 when absent.</param>
/// <param name="Reason">Why Lifecycle asks, such as <c>grace_expired</c>.</param>
/// <param name="Timestamp">When Lifecycle asked, if it said so.</param>
public sealed record LifecycleWebhook(
    string Id,
    WebhookType Type,
    string SessionId,
    string PackageName,
    string? CorrelationId,
    string? RunId,
    int Attempt,
    string? Reason,
    DateTimeOffset? Timestamp)
{
    /// <summary>
    /// Lets whoever is asked take the session over with its state, once: for <see cref="AttachOptions.TakeOverToken"/>. A <see cref="WebhookType.HandOverRequest"/>
    /// has one, a <see cref="WebhookType.ResurrectionRequest"/> may. It opens the session to whoever reads it: not part of <see cref="ToString"/>, and not serialized.
    /// </summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? TakeOverToken { get; init; }

    /// <summary>The instance id of the process that leaves, in a <see cref="WebhookType.HandOverRequest"/>.</summary>
    public string? Leaving { get; init; }

    /// <summary>What is asked for and for whom; never the token.</summary>
    public override string ToString() => $"{Type} {Id} for {SessionId}:{PackageName}, attempt {Attempt}";
}
