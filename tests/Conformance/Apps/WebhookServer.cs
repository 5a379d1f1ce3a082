using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Conformance.Apps;

/// <summary>The endpoint of a registered app, for a worker that reaches it over the network.</summary>
sealed class WebhookServer : IAsyncDisposable
{
    readonly WebApplication app;

    WebhookServer(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First() + "/hook");

    /// <summary>Starts to listen on any free port.</summary>
    public static async Task<WebhookServer> StartAsync(WebhookInbox inbox)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()));
            context.Response.StatusCode = inbox.Take(context.Request.Method, headers, await reader.ReadToEndAsync());
        });
        await app.StartAsync();
        return new WebhookServer(app);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();
}
