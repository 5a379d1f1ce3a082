using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>Writes what an HTTP function returned.</summary>
static class HttpResultWriter
{
    public static Task WriteAsync(object? result, HttpContext context) => result switch
    {
        // Nothing returned: the function wrote the response itself, or means an empty 200.
        null => Task.CompletedTask,
        IActionResult action => action.ExecuteResultAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor())),
        IResult plain => plain.ExecuteAsync(context),
        _ => WriteJsonAsync(context, StatusCodes.Status200OK, "application/json; charset=utf-8", result, Options(context)),
    };

    public static Task WriteJsonAsync(HttpContext context, int status, string contentType, object? value, JsonSerializerOptions options)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, value?.GetType() ?? typeof(object), options);
        return WriteBytesAsync(context.Response, status, contentType, bytes);
    }

    public static async Task WriteBytesAsync(HttpResponse response, int status, string? contentType, ReadOnlyMemory<byte> bytes)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted);
    }

    static JsonSerializerOptions Options(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Mvc.JsonOptions>>().Value.JsonSerializerOptions;
}
