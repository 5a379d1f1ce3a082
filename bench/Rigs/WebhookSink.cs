using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Bench.Rigs;

/// <summary>Where the webhooks of a bench go: accepts and counts them.</summary>
sealed class WebhookSink : IAsyncDisposable
{
    readonly WebApplication app;
    int count;

    WebhookSink(WebApplication app) => this.app = app;

    public string Url => app.Urls.First() + "/hook";

    public int Count => Volatile.Read(ref count);

    public static async Task<WebhookSink> ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sink = new WebhookSink(builder.Build());
        sink.app.MapPost("/hook", () =>
        {
            Interlocked.Increment(ref sink.count);
            return TypedResults.Accepted((string?)null);
        });
        await sink.app.StartAsync();
        return sink;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
