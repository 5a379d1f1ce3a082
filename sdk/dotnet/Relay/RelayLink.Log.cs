using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Relay;

/// <summary>Log messages, event ids 1300 to 1399.</summary>
sealed partial class RelayLink
{
    [LoggerMessage(1300, LogLevel.Information, "Webhooks for {PackageName} come over a connection to {Address}")]
    partial void LogReady(string packageName, Uri address);

    [LoggerMessage(1301, LogLevel.Warning, "The connection to {Address} over which webhooks for {PackageName} come is lost ({Error}); another one is made")]
    partial void LogLost(string packageName, Uri address, string? error);

    [LoggerMessage(1302, LogLevel.Warning, "No connection to {Address} over which webhooks for {PackageName} could come: {Code}, {Detail}. It is tried again for as long as that takes")]
    partial void LogRefused(string packageName, Uri address, string code, string detail);

    [LoggerMessage(1303, LogLevel.Warning, "Lifecycle does not hear that this process takes webhooks for {PackageName}: {Error}. Do the upstream settings of its SignalR service name the hub relay?")]
    partial void LogUnheard(string packageName, string error);

    [LoggerMessage(1304, LogLevel.Warning, "{PackageName} is not registered with the webhook address relay:, so no webhook comes over this connection until it is")]
    partial void LogNotRelayed(string packageName);

    [LoggerMessage(1305, LogLevel.Information, "A webhook for {PackageName} could not be answered: {Error}")]
    partial void LogUnanswered(string packageName, string error);

    [LoggerMessage(1306, LogLevel.Information, "Lifecycle does not hear that this process takes no more webhooks for {PackageName}: {Error}")]
    partial void LogLeavingUnheard(string packageName, string error);

    [LoggerMessage(1307, LogLevel.Error, "A webhook for {PackageName} could not be taken; it is answered with a failure")]
    partial void LogUntaken(string packageName, Exception exception);
}
