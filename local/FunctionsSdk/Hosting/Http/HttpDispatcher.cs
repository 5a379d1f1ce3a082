using System.Text.Json;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Lifecycle.Local.FunctionsSdk.Hosting.SignalR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>Answers one HTTP request, whether it came over a socket or in process: routing, function, result.</summary>
sealed class HttpDispatcher(
    FunctionCatalog catalog,
    FunctionInvoker invoker,
    SignalRWebhook webhook,
    HostGate gate,
    EmbeddedSettings settings,
    IServiceScopeFactory scopes,
    ILogger<HttpDispatcher> logger,
    MetricsPage? metrics = null)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        try
        {
            await gate.WaitAsync(context.RequestAborted);
            if (request.Path.Equals(SignalRWebhook.Path, StringComparison.OrdinalIgnoreCase))
                await webhook.HandleAsync(context);
            else if (request.Path.Equals(MetricsPage.Path, StringComparison.OrdinalIgnoreCase) && metrics is not null)
                await metrics.HandleAsync(context);
            else if (catalog.Routes.Match(request.Method, request.Path.Value ?? "", out var values) is { } entry)
                await InvokeAsync(entry, context, values);
            else if (request.Path == "/" && HttpMethods.IsGet(request.Method) && catalog.Routes.Match(request.Method, settings.HomePage, out _) is not null)
                context.Response.Redirect(settings.HomePage);
            else
                // As the Functions host answers it: without a body, with a known path but another method, too.
                context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            HttpLog.Aborted(logger, request.Method, request.Path);
        }
        catch (BadHttpRequestException e)
        {
            await ProblemAsync(context, e.StatusCode, "Bad request", e.Message);
        }
        catch (Exception e)
        {
            HttpLog.Failed(logger, e, request.Method, request.Path);
            await ProblemAsync(context, StatusCodes.Status500InternalServerError, "Internal Server Error", null);
        }
    }

    async Task InvokeAsync(FunctionEntry entry, HttpContext context, RouteValueDictionary values)
    {
        context.Request.RouteValues = values;
        await using var scope = scopes.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        var result = await invoker.InvokeAsync(entry, context, scope.ServiceProvider, context.RequestAborted);
        await HttpResultWriter.WriteAsync(result, context);
    }

    /// <summary>Answers a problem (RFC 9457), or breaks off an answer that has begun.</summary>
    public static async Task ProblemAsync(HttpContext context, int status, string title, string? detail)
    {
        // Too late to say more: the client sees a response that breaks off.
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.Clear();
        var problem = new ProblemDetails { Status = status, Title = title, Detail = detail };
        await HttpResultWriter.WriteBytesAsync(
            context.Response, status, "application/problem+json", JsonSerializer.SerializeToUtf8Bytes(problem, JsonSerializerOptions.Web));
    }
}
