using System.Text.Json;
using Lifecycle.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Samples.Drill.App;

/// <summary>The app server of a package: a process that the drill starts, watches and kills.</summary>
static class AppProgram
{
    public const string WebhookPath = "/lifecycle";
    public const string SessionsPath = "/drill/sessions";

    /// <summary>Runs until SIGTERM, which is a hand-over, or until its standard input ends, so that it never outlives the drill: that is a drain.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var options = AppOptions.Read(args);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Lifecycle", LogLevel.Information)
            .AddFilter("Microsoft.AspNetCore.SignalR", LogLevel.None).AddFilter("Microsoft.AspNetCore.Http.Connections", LogLevel.None);
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "HH:mm:ss.fff ", true));
        builder.Services.AddLifecycleAppServer(server =>
        {
            (server.LifecycleUrl, server.PackageName, server.InstanceId) = (options.Lifecycle, options.Package, options.Instance);
            (server.ApiKey, server.WebhookSecrets) = (options.Key, [options.Secret]);
        });

        await using var app = builder.Build();
        var journal = new WebhookJournal(options.Journal, TimeProvider.System, options.AnswerAfter);
        var server = app.Services.GetRequiredService<AppServer>();
        var messages = new MessageDesk(options.Handled, options.Instance, options.HandlerTakes, TimeProvider.System);
        var desk = new SessionDesk(server, options.Book, messages, options.AfterReconnect, app.Logger);
        app.Use((http, next) => http.Request.Path == WebhookPath ? journal.RecordAsync(http, next) : next(http));
        app.MapLifecycleWebhook(WebhookPath);
        app.MapGet(SessionsPath, () => Results.Json(desk.Facts(), JsonSerializerOptions.Web));

        await app.StartAsync();
        if (options.ComeBack) desk.ComeBack();
        if (options.Attach is { } sessionId) _ = AttachAsync(desk, sessionId, options.ExitAfter);
        await Child.ServeAsync(app, options.Ready, () => server.ShutdownAsync(ShutdownMode.Drain));
        return 0;
    }

    // Exits as a process does that meets what it cannot live with: without a word to anybody.
    static async Task AttachAsync(SessionDesk desk, string sessionId, TimeSpan exitAfter)
    {
        if (!await desk.AttachAsync(sessionId) || exitAfter == TimeSpan.Zero) return;
        await Task.Delay(exitAfter);
        Environment.Exit(1);
    }
}

/// <summary>What the drill tells an app server on the command line; key and secret come by environment.</summary>
sealed record AppOptions(
    Uri Lifecycle, string Package, string Instance, string Key, string Secret, int Port, string Ready, string Journal, string Handled, string Book, bool ComeBack,
    TimeSpan AnswerAfter, TimeSpan HandlerTakes, string? Attach, TimeSpan ExitAfter, IReadOnlyList<string[]> AfterReconnect)
{
    public const string KeyVariable = "DRILL_KEY";
    public const string SecretVariable = "DRILL_WEBHOOK_SECRET";

    public static AppOptions Read(string[] args)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
        return new AppOptions(
            new Uri(Need("lifecycle")),
            Need("package"),
            Need("instance"),
            FromEnvironment(KeyVariable),
            FromEnvironment(SecretVariable),
            settings.GetValue("port", 0),
            Need("ready"),
            Need("journal"),
            Need("handled"),
            Need("book"),
            settings.GetValue("come-back", false),
            TimeSpan.FromMilliseconds(settings.GetValue("answer-after-ms", 0)),
            TimeSpan.FromMilliseconds(settings.GetValue("handler-ms", 0)),
            settings["attach"],
            TimeSpan.FromMilliseconds(settings.GetValue("exit-after-ms", 0)),
            settings.GetValue("sets", 0) == 0 ? [] : [.. (settings["after-reconnect"] ?? "").Split('|').Select(set => set.Split(',', StringSplitOptions.RemoveEmptyEntries))]);

        static string FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) ?? throw new ArgumentException($"{name} is not set");

        string Need(string name) => settings[name] ?? throw new ArgumentException($"--{name} is missing");
    }
}
