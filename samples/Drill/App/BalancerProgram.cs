using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Samples.Drill.App;

/// <summary>What stands in front of the processes of an app: passes webhooks on to one of them, and writes down those that come.</summary>
static class BalancerProgram
{
    /// <summary>Runs until its standard input ends.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Need("port")}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        await using var app = builder.Build();
        using var balancer = new Balancer(Need("upstreams"));
        var journal = new WebhookJournal(Need("journal"), TimeProvider.System, answerAfter: TimeSpan.Zero);
        app.MapGet(AppProgram.SessionsPath, async (CancellationToken stop) => Results.Json(await balancer.SessionsAsync(stop)));
        app.MapPost(AppProgram.WebhookPath, http => journal.RecordAsync(http, balancer.PassAsync));
        await app.StartAsync();
        await Child.ServeAsync(app, Need("ready"));
        return 0;

        string Need(string name) => settings[name] ?? throw new ArgumentException($"--{name} is missing");
    }
}
