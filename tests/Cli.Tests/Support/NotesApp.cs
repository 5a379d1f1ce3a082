using System.Collections.Concurrent;
using Lifecycle.Sdk;
using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>An app server in this process, with the .NET SDK: it verifies webhooks, and attaches when it is asked to.</summary>
sealed class NotesApp : IAsyncDisposable
{
    public const string Package = "com.example.notes";

    readonly WebApplication app;

    NotesApp(WebApplication app) => this.app = app;

    /// <summary>The webhooks that were verified, in order.</summary>
    public ConcurrentQueue<LifecycleWebhook> Webhooks { get; } = [];

    public static string WebhookAt(int port) => $"http://127.0.0.1:{port}/lifecycle";

    public static async Task<NotesApp> StartAsync(Uri lifecycle, int port, string key, string secret, string package = Package)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddLifecycleAppServer(options =>
        {
            (options.LifecycleUrl, options.PackageName, options.ApiKey, options.WebhookSecrets) = (lifecycle, package, key, [secret]);
            options.OnShutdown = ShutdownMode.Goodbye;
        });
        var app = new NotesApp(builder.Build());
        var handler = app.app.Services.GetRequiredService<ILifecycleWebhookHandler>();
        app.app.MapLifecycleWebhook("/lifecycle", (webhook, cancellation) =>
        {
            app.Webhooks.Enqueue(webhook);
            return handler.HandleAsync(webhook, cancellation);
        });
        await app.app.StartAsync();
        return app;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
