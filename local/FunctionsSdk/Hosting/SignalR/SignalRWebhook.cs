using Lifecycle.Local.SignalR;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>The address that a SignalR service's upstream template names.</summary>
sealed class SignalRWebhook(ISignalRInvoker invoker)
{
    public const string Path = "/runtime/webhooks/signalr";

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new UpstreamRequest(headers, context.Request.ContentType ?? "", body.GetBuffer().AsMemory(0, (int)body.Length));
        // The service may give up on the request while the function runs; the function still runs to its end.
        var answer = await invoker.SendAsync(request, CancellationToken.None);
        context.Response.StatusCode = answer.StatusCode;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}
