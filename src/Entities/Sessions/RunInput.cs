namespace Lifecycle.Entities;

/// <summary>The input of the orchestration that drives a run of webhooks.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The app.</param>
/// <param name="RunId">The run in the entity that it asks about.</param>
/// <param name="Reason">Why the run exists.</param>
/// <param name="CorrelationId">Told to the app.</param>
/// <param name="WebhookTimeoutMs">One POST, in milliseconds.</param>
/// <param name="Order">The first order, or the one in force when the orchestration began anew with a short history.</param>
/// <param name="Driver">Which of the orchestrations that the run has had.</param>
/// <param name="Trace">The <c>traceparent</c> of what led to it; null when nobody traces.</param>
public sealed record RunInput(
    string SessionId,
    string PackageName,
    string RunId,
    RunReason Reason,
    string CorrelationId,
    int WebhookTimeoutMs,
    RunOrder Order,
    int Driver = 0,
    string? Trace = null)
{
    /// <summary>The orchestrator's function name.</summary>
    public const string OrchestratorName = "ResurrectionRun";

    /// <summary>The input of a run.</summary>
    public static RunInput Of(AppSessionId id, StartRun run) =>
        new(id.SessionId, id.PackageName, run.RunId, run.Reason, run.CorrelationId, run.WebhookTimeoutMs, run.Order, run.Driver, run.Trace);

    /// <summary>
    /// The instance id of a run's orchestration. A hash, because instance ids are shorter than two identifiers can be and do
    /// not allow every character that those do.
    /// </summary>
    public static string InstanceIdOf(string orchestrator, AppSessionId id, string runId, int driver = 0) =>
        StableHash.Name($"{orchestrator}-", id, driver == 0 ? runId : $"{runId}|{driver}");
}

/// <summary>The input of the orchestration that tells an app server about a stop.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The app.</param>
/// <param name="RunId">Names this stop.</param>
/// <param name="CorrelationId">Told to the app.</param>
/// <param name="Reason">Told to the app.</param>
/// <param name="WebhookTimeoutMs">One POST, in milliseconds.</param>
public sealed record StopNoticeInput(
    string SessionId, string PackageName, string RunId, string CorrelationId, string Reason, int WebhookTimeoutMs)
{
    /// <summary>The orchestrator's function name.</summary>
    public const string OrchestratorName = "StopNotice";

    /// <summary>The input for a stop.</summary>
    public static StopNoticeInput Of(AppSessionId id, SendStopWebhook stop) =>
        new(id.SessionId, id.PackageName, stop.RunId, stop.CorrelationId, stop.Reason, stop.WebhookTimeoutMs);
}
