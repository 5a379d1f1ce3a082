using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Samples.Drill.App;

/// <summary>What stands where an app's webhooks arrive and is not the app itself: listens at <c>--port</c>, and writes down what comes in <c>--journal</c>.</summary>
sealed class FrontServer : IAsyncDisposable
{
    readonly IConfiguration settings;

    public FrontServer(string[] args)
    {
        settings = new ConfigurationBuilder().AddCommandLine(args).Build();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Need("port")}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        (Web, Journal) = (builder.Build(), new WebhookJournal(Need("journal"), TimeProvider.System, answerAfter: TimeSpan.Zero));
    }

    public WebApplication Web { get; }

    public WebhookJournal Journal { get; }

    public string Need(string name) => settings[name] ?? throw new ArgumentException($"--{name} is missing");

    /// <summary>Runs until its standard input ends.</summary>
    public async Task<int> ServeAsync()
    {
        await Web.StartAsync();
        await Child.ServeAsync(Web, Need("ready"));
        return 0;
    }

    public ValueTask DisposeAsync() => Web.DisposeAsync();
}
