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
            await WriteAsync(http, Problem.Of(e), e.RetryAfter);
        }
        catch (Exception e) when (http is { RequestAborted.IsCancellationRequested: false })
        {
            LogFailed(context.FunctionDefinition.Name, e);
            await WriteAsync(http, Problem.Internal);
        }
    }

    static Task WriteAsync(HttpContext http, Problem problem, TimeSpan? retryAfter = null) =>
        new JsonAnswer(problem.Status, problem, Problem.MediaType) { RetryAfter = retryAfter }
            .ExecuteResultAsync(new ActionContext(http, new RouteData(), new()));

    [LoggerMessage(2001, LogLevel.Error, "{Function} failed")]
    partial void LogFailed(string function, Exception exception);
}
