using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Bench.Processes;

/// <summary>Bare ASP.NET Core: what the same framework does without Lifecycle. A POST that is read, and a hub that acks every connection.</summary>
static class FloorServer
{
    public const string PostPath = "/post";
    public const string HubPath = "/hub";

    public static async Task RunAsync(string readyFile)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR();
        await using var app = builder.Build();
        app.MapPost(PostPath, async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            context.Response.ContentLength = 0;
        });
        app.MapHub<AckHub>(HubPath);
        await app.StartAsync();
        var json = JsonSerializer.Serialize(new { api = app.Urls.First() });
        await File.WriteAllTextAsync(readyFile + ".new", json);
        File.Move(readyFile + ".new", readyFile);
        await app.WaitForShutdownAsync();
    }

    sealed class AckHub : Hub
    {
        public override async Task OnConnectedAsync()
        {
            await Clients.Caller.SendAsync("ack", new { state = "RUNNING", resumed = false, epoch = 1 });
            for (var i = int.Parse(Context.GetHttpContext()!.Request.Query["messages"].ToString() is { Length: > 0 } n ? n : "0"); i > 0; i--)
            {
                await Clients.Caller.SendAsync("message", new { seq = i, body = "as long as the messages of the bench" });
            }
        }
    }
}
