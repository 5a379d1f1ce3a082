using System.Net;
using Lifecycle.Conformance.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Lifecycle.Conformance.Host;

/// <summary>
/// The host's HTTP side: routes by the functions' bindings, and forwards each request to the server in the worker while the function is
/// called, as the Functions host does. What no function answers is an empty 404.
/// </summary>
sealed class HttpFront : IAsyncDisposable
{
    const string CorrelationHeader = "x-ms-invocation-id";

    readonly WebApplication app;
    readonly HttpMessageInvoker http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    HttpFront(WebApplication app) => this.app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>Starts to listen on any free port.</summary>
    /// <param name="functions">The functions.</param>
    /// <param name="worker">Calls them.</param>
    /// <param name="server">The HTTP server in the worker.</param>
    public static async Task<HttpFront> StartAsync(FunctionTable functions, WorkerFunctions worker, Uri server)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        var front = new HttpFront(builder.Build());
        front.Map(functions, worker, server);
        await front.app.StartAsync();
        return front;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
    }

    void Map(FunctionTable functions, WorkerFunctions worker, Uri server)
    {
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.Use(HideMethodsAsync);
        app.UseRouting();
        foreach (var function in functions.Http)
        {
            app.MapMethods("api/" + (function.Setting("route") ?? function.Name), function.Settings("methods"), context =>
                InvokeAsync(function, context, worker, forwarder, server.AbsoluteUri));
        }
    }

    // A known path with another method is as unknown to the Functions host as any other.
    static async Task HideMethodsAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (!context.Response.HasStarted && context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            context.Response.Headers.Allow = default;
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    async Task InvokeAsync(LoadedFunction function, HttpContext context, WorkerFunctions worker, IHttpForwarder forwarder, string server)
    {
        var id = Guid.NewGuid().ToString();
        context.Request.Headers[CorrelationHeader] = id;
        var route = context.Request.RouteValues.Select(pair => KeyValuePair.Create(pair.Key, (string)pair.Value!));
        var invocation = worker.InvokeAsync(function, new TypedData { Http = new RpcHttp() }, route, id);
        await forwarder.SendAsync(context, server, http);
        await invocation;
    }
}
