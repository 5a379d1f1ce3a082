using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Webhooks;

/// <summary>Log messages, event ids 1200 to 1299.</summary>
sealed partial class WebhookIntake
{
    [LoggerMessage(1200, LogLevel.Information, "Webhook {Type} for session {SessionId} ({WebhookId}, attempt {Attempt}) answered {Status}, repeat {IsRepeat}")]
    partial void LogAnswered(WebhookType type, string sessionId, string webhookId, int attempt, int status, bool isRepeat);

    [LoggerMessage(1201, LogLevel.Warning, "Webhook rejected: {Errors}")]
    partial void LogRejected(string errors);

    [LoggerMessage(1202, LogLevel.Error, "Webhook {Type} for session {SessionId} ({WebhookId}): the handler failed")]
    partial void LogFailed(WebhookType type, string sessionId, string webhookId, Exception error);

    [LoggerMessage(1203, LogLevel.Warning, "Webhook not verified: {Fault}")]
    partial void LogNotVerified(WebhookSignatureFault fault);

    [LoggerMessage(1204, LogLevel.Warning, "Webhooks for {PackageName} are taken from anybody: no webhook secrets are configured")]
    partial void LogUnverified(string packageName);

    [LoggerMessage(1205, LogLevel.Information, "Webhook for {PackageName} turned away with 503: the app server is shutting down")]
    partial void LogTurnedAway(string packageName);
}
