using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>
/// Writes the results of MVC without MVC: its services take longer to start than the rest of the host. The rules are those of
/// MVC's defaults: JSON in camel case, plain text for strings, 204 for null, problem details with their own status and type.
/// </summary>
static class ActionResultExecutors
{
    public static void AddTo(IServiceCollection services)
    {
        services.TryAddSingleton<IActionResultExecutor<ObjectResult>, OfObject>();
        services.TryAddSingleton<IActionResultExecutor<JsonResult>, OfJson>();
        services.TryAddSingleton<IActionResultExecutor<ContentResult>, OfContent>();
        services.TryAddSingleton<IActionResultExecutor<FileContentResult>, OfFile>();
    }

    sealed class OfObject(IOptions<Microsoft.AspNetCore.Mvc.JsonOptions> json) : IActionResultExecutor<ObjectResult>
    {
        public Task ExecuteAsync(ActionContext context, ObjectResult result)
        {
            var response = context.HttpContext.Response;
            var problem = result.Value as ProblemDetails;
            if (problem is not null)
                result.StatusCode ??= problem.Status;
            if (problem is not null)
                problem.Status ??= result.StatusCode;
            result.OnFormatting(context);
            var status = result.StatusCode ?? response.StatusCode;
            switch (result.Value)
            {
                case null:
                    response.StatusCode = status == StatusCodes.Status200OK ? StatusCodes.Status204NoContent : status;
                    return Task.CompletedTask;
                case string text when result.ContentTypes.Count == 0:
                    return HttpResultWriter.WriteBytesAsync(response, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
                default:
                    var type = result.ContentTypes.FirstOrDefault() ?? (problem is null ? "application/json" : "application/problem+json");
                    if (!type.Contains("charset", StringComparison.OrdinalIgnoreCase))
                        type += "; charset=utf-8";
                    return HttpResultWriter.WriteJsonAsync(context.HttpContext, status, type, result.Value, json.Value.JsonSerializerOptions);
            }
        }
    }

    sealed class OfJson(IOptions<Microsoft.AspNetCore.Mvc.JsonOptions> json) : IActionResultExecutor<JsonResult>
    {
        public Task ExecuteAsync(ActionContext context, JsonResult result) => HttpResultWriter.WriteJsonAsync(
            context.HttpContext,
            result.StatusCode ?? context.HttpContext.Response.StatusCode,
            result.ContentType ?? "application/json; charset=utf-8",
            result.Value,
            result.SerializerSettings as System.Text.Json.JsonSerializerOptions ?? json.Value.JsonSerializerOptions);
    }

    sealed class OfContent : IActionResultExecutor<ContentResult>
    {
        public Task ExecuteAsync(ActionContext context, ContentResult result) => HttpResultWriter.WriteBytesAsync(
            context.HttpContext.Response,
            result.StatusCode ?? context.HttpContext.Response.StatusCode,
            result.ContentType ?? "text/plain; charset=utf-8",
            Encoding.UTF8.GetBytes(result.Content ?? ""));
    }

    sealed class OfFile : IActionResultExecutor<FileContentResult>
    {
        public Task ExecuteAsync(ActionContext context, FileContentResult result) => HttpResultWriter.WriteBytesAsync(
            context.HttpContext.Response, context.HttpContext.Response.StatusCode, result.ContentType, result.FileContents);
    }
}
