using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>What the HTTP side logs.</summary>
static partial class HttpLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed.")]
    public static partial void Failed(ILogger logger, Exception exception, string method, string? path);

    [LoggerMessage(2, LogLevel.Debug, "The caller of {Method} {Path} went away.")]
    public static partial void Aborted(ILogger logger, string method, string? path);

    [LoggerMessage(3, LogLevel.Warning, "HTTP function {Function} returns {Type}: written as JSON here, but the official packages answer an empty 200. Return IActionResult or IResult.")]
    public static partial void PlainResult(ILogger logger, string function, string type);

    [LoggerMessage(4, LogLevel.Warning, "A request to the API was refused. {Problem}")]
    public static partial void Refused(ILogger logger, string problem);
}
