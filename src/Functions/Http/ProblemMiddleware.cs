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
            await WriteAsync(http, new JsonAnswer(e.Status, Problem.Of(e), Problem.MediaType) { RetryAfter = e.RetryAfter, Allow = e.Allow });
        }
        catch (Exception e) when (http is { RequestAborted.IsCancellationRequested: false })
        {
            LogFailed(context.FunctionDefinition.Name, e);
            await WriteAsync(http, new JsonAnswer(Problem.Internal.Status, Problem.Internal, Problem.MediaType));
        }
    }

    static Task WriteAsync(HttpContext http, JsonAnswer answer) => answer.ExecuteResultAsync(new ActionContext(http, new RouteData(), new()));

    [LoggerMessage(2001, LogLevel.Error, "{Function} failed")]
    partial void LogFailed(string function, Exception exception);
}
