using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Functions.Tests.Canary;

/// <summary>A SignalR service that negotiates, takes the socket, and then says nothing.</summary>
sealed class HalfService(WebApplication app) : IAsyncDisposable
{
    public ConcurrentQueue<string> Requests { get; } = [];

    public int Port => new Uri(app.Urls.First()).Port;

    public static async Task<HalfService> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var half = new HalfService(builder.Build());
        half.Serve();
        await half.StartAppAsync();
        return half;
    }

    Task StartAppAsync() => app.StartAsync();

    void Serve()
    {
        app.UseWebSockets();
        app.Run(async context =>
        {
            Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
            if (context.WebSockets.IsWebSocketRequest)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }

            await context.Response.WriteAsync(
                """{"negotiateVersion":1,"connectionId":"c","connectionToken":"t","availableTransports":[{"transport":"WebSockets","transferFormats":["Text","Binary"]}]}""");
        });
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
