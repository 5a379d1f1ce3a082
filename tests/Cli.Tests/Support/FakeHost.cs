using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>Something that answers as it is told: for answers that the real host gives seldom, and for what is sent to it.</summary>
sealed class FakeHost : IAsyncDisposable
{
    readonly WebApplication app;

    FakeHost(WebApplication app) => this.app = app;

    public Uri Url => new(app.Urls.Single());

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<FakeRequest> Requests { get; } = [];

    public static async Task<FakeHost> StartAsync(Func<FakeRequest, FakeAnswer> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var host = new FakeHost(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var request = new FakeRequest(
                context.Request.Method, context.Request.Path + context.Request.QueryString, await reader.ReadToEndAsync(), context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()));
            host.Requests.Enqueue(request);
            var said = answer(request);
            (context.Response.StatusCode, context.Response.ContentType) = (said.Status, said.ContentType);
            await context.Response.WriteAsync(said.Text);
        });
        await app.StartAsync();
        return host;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

sealed record FakeRequest(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);

sealed record FakeAnswer(int Status, string Text, string ContentType = "application/json")
{
    public static FakeAnswer Problem(int status, string code, string detail, string more = "") =>
        new(status, $"{{\"type\":\"urn:lifecycle:problem:{code}\",\"title\":\"Invalid request\",\"status\":{status},\"detail\":\"{detail}\"{more}}}", "application/problem+json");
}
