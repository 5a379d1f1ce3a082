namespace Lifecycle.Local.SignalR;

/// <summary>Lets only requests with a good token reach the client endpoint, and answers browsers of any origin that got this far.</summary>
static class ClientGate
{
    /// <param name="context">The request.</param>
    /// <param name="core">The service.</param>
    /// <param name="closing">Whether the server takes no more connections.</param>
    /// <param name="next">The client endpoint.</param>
    public static async Task InvokeAsync(HttpContext context, SignalRServiceCore core, bool closing, RequestDelegate next)
    {
        AllowOrigin(context);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        try
        {
            // Polls and sends of a running connection go on while new ones are refused; a first poll meets the refusal later.
            var url = ClientRequest.Url(context);
            var token = ClientRequest.Token(context);
            var opens = OpensConnection(context.Request);
            context.User = new ClientPrincipal(opens ? core.Authorize(url, token) : core.Identify(url, token));
            if (opens && closing)
            {
                throw new ClientRefusedException(503, "The service is shutting down.");
            }
        }
        catch (ClientRefusedException e)
        {
            context.Response.StatusCode = e.StatusCode;
            await context.Response.WriteAsync(e.Message);
            return;
        }
        await next(context);
    }

    static bool OpensConnection(HttpRequest request)
        => request.Path.Value!.EndsWith("/negotiate", StringComparison.Ordinal)
            || request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
            || request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal);

    static void AllowOrigin(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return;
        }
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.Vary = "Origin";
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            headers.AccessControlAllowMethods = "GET, POST, DELETE, OPTIONS";
            headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders;
            headers.AccessControlMaxAge = "600";
        }
    }
}
