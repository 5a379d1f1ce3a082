using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Samples.Drill.App;

/// <summary>What stands in front of an app whose pod is gone: answers 503 to everything, and writes down the webhooks that it turns away.</summary>
static class IngressProgram
{
    /// <summary>Runs until its standard input ends.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Need("port")}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        await using var ingress = builder.Build();
        var journal = new WebhookJournal(Need("journal"), TimeProvider.System, answerAfter: TimeSpan.Zero);
        ingress.Run(http => http.Request.Path == AppProgram.WebhookPath ? journal.RecordAsync(http, TurnAway) : TurnAway(http));
        await ingress.StartAsync();
        await Child.ServeAsync(ingress, Need("ready"));
        return 0;

        string Need(string name) => settings[name] ?? throw new ArgumentException($"--{name} is missing");
    }

    static Task TurnAway(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsync("no healthy upstream");
    }
}
