using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Http;

/// <summary>The one catch at the HTTP edge: bad input and unforeseen failures become problem+json (RFC 9457).</summary>
public sealed partial class ProblemMiddleware(ILogger<ProblemMiddleware> logger) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext();
        try
        {
            await next(context);
        }
        catch (InputException e) when (http is not null)
        {
            await WriteAsync(http, new Problem(e.Code, Title(e.Status), e.Status, e.Message, e.Errors, e.State), e.RetryAfter);
        }
        catch (Exception e) when (http is { RequestAborted.IsCancellationRequested: false })
        {
            LogFailed(context.FunctionDefinition.Name, e);
            await WriteAsync(http, new Problem("internal", "Internal error", 500, "The request failed; the log says why.", null));
        }
    }

    static Task WriteAsync(HttpContext http, Problem problem, TimeSpan? retryAfter = null) =>
        new JsonAnswer(problem.Status, problem.Body, "application/problem+json") { RetryAfter = retryAfter }
            .ExecuteResultAsync(new ActionContext(http, new RouteData(), new()));

    static string Title(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "Unauthorized",
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status409Conflict => "Conflict",
        StatusCodes.Status413PayloadTooLarge => "Too large",
        StatusCodes.Status415UnsupportedMediaType => "Not JSON",
        StatusCodes.Status503ServiceUnavailable => "Not now",
        _ => "Invalid request",
    };

    [LoggerMessage(2001, LogLevel.Error, "{Function} failed")]
    partial void LogFailed(string function, Exception exception);

    sealed record Problem(
        string Code, string Title, int Status, string Detail, IReadOnlyDictionary<string, string>? Errors, AppState? State = null)
    {
        public object Body => new
        {
            type = $"urn:lifecycle:problem:{Code}",
            title = Title,
            status = Status,
            detail = Detail,
            errors = Errors is { Count: > 0 } ? Errors : null,
            state = State,
        };
    }
}
