using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;
using Lifecycle.Cli.Listening;
using Lifecycle.Doctor;
using Lifecycle.Sdk;
using Lifecycle.Sdk.Relay;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle listen</c>: webhooks for an app that has no address.</summary>
sealed class ListenCommand : CliCommand
{
    static readonly JsonSerializerOptions lines = new(JsonSerializerOptions.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    static readonly TimeSpan leaving = TimeSpan.FromSeconds(2);

    readonly Argument<string> package = new("PACKAGE") { Description = "The app; registered with --webhook relay:" };
    readonly Option<string> forward = new("--forward") { Description = "Where the app server takes webhooks, on this machine. Without it this process is the app server: it verifies, attaches and shows what arrives.", HelpName = "URL" };
    readonly Option<string> key = new("--key", "--api-key") { Description = $"The app's API key, as registering it showed it, or {DoctorArguments.KeyVariable}.", HelpName = "KEY" };
    readonly Option<string[]> secret = new("--secret") { Description = $"Without --forward: the app's webhook secret, or {DoctorArguments.SecretVariable}.", HelpName = "whsec_…" };
    readonly Option<string> url = ApiCommand.UrlOption();
    readonly Option<bool> utc = ApiCommand.UtcOption();

    public ListenCommand()
        : base(
            "listen", "Takes an app's webhooks over a connection that this process opens, and passes them on to a local port: no public address is needed.",
            "a line for each webhook, { \"at\", \"webhookId\", \"type\", \"sessionId\", \"attempt\", \"status\", \"tookMs\", \"trouble\" }; without --forward { \"at\", \"sessionId\", \"what\", \"text\", \"seq\" }",
            "lifecycle listen com.example.notes --forward http://localhost:5080/lifecycle", "lifecycle listen com.example.notes")
    {
        Arguments.Add(package);
        foreach (var option in (Option[])[forward, key, secret, url, utc]) Options.Add(option);
    }

    protected override async Task<int> RunAsync(CliRun run)
    {
        var (options, clock) = (Read(run), new Clock(run.World.Time, run.Get(utc)));
        using var forwarder = run.Get(forward) is { } target ? new Forwarder(Address("--forward", target), run.World.Time, webhook => Show(run, clock, webhook)) : null;
        await LookAsync(run, options);
        await using var server = MakeServer(run, options, forwarder);
        if (forwarder is not null) server.StartRelay();
        else new ExampleApp(server, run.World.Time, happened => Show(run, clock, happened)).Start();
        try
        {
            await Task.Delay(Timeout.Infinite, run.Cancellation);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how it ends.
        }
        await server.ShutdownAsync(ShutdownMode.Drain, leaving);
        return ExitCode.Done;
    }

    AppServerOptions Read(CliRun run)
    {
        var apiKey = run.Get(key) ?? run.World.Variable(DoctorArguments.KeyVariable) ?? throw CliException.BadUsage($"With which API key? --key KEY, or {DoctorArguments.KeyVariable}; registering the app showed it.");
        var secrets = run.Get(secret) is { Length: > 0 } said ? said : run.World.Variable(DoctorArguments.SecretVariable)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (run.Get(forward) is null && secrets.Length == 0)
            throw CliException.BadUsage($"With which secret are webhooks verified? --secret whsec_…, or {DoctorArguments.SecretVariable}; or --forward them to an app server that does.");
        var options = new AppServerOptions
        {
            LifecycleUrl = ApiCommand.AddressOf(run, url),
            PackageName = Identifier("PACKAGE", run.Get(package)),
            ApiKey = apiKey,
            // Whoever forwards has them elsewhere: the app server verifies.
            WebhookSecrets = run.Get(forward) is null ? secrets : [],
        };
        try
        {
            options.Validate();
            return options;
        }
        catch (ArgumentException e)
        {
            throw CliException.BadUsage(e.Message);
        }
    }

    // The SDK tries for ever, as it should; a person wants to know at once that the key is wrong.
    static async Task LookAsync(CliRun run, AppServerOptions options)
    {
        using var api = new ApiClient(options.LifecycleUrl!, options.ApiKey, "x-api-key");
        var answer = await api.PostAsync("relay/negotiate", new JsonObject { ["packageName"] = options.PackageName }, run.Cancellation);
        if (!answer.Read<Invited>().Relayed) run.Screen.Note($"Its webhooks go elsewhere, as it is registered: lifecycle register {options.PackageName} --webhook relay:");
    }

    static AppServer MakeServer(CliRun run, AppServerOptions options, Forwarder? forwarder)
    {
        var loggers = new NoteLogger(run.Screen);
        return forwarder is null ? new AppServer(options, loggers, run.World.Time)
            : new AppServer(
                options, new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }, loggers, run.World.Time, random: null,
                connectRelay: (redirect, _, factory) => new RelayConnection(redirect, forwarder.Take, factory));
    }

    static void Show(CliRun run, Clock clock, ForwardedWebhook webhook)
    {
        if (run.Json) run.Screen.Json(JsonSerializer.Serialize(webhook, lines));
        else run.Screen.Say($"{clock.Exact(webhook.At)[11..]}  {webhook.SessionId}  {webhook.Type} {webhook.WebhookId}, try {webhook.Attempt}: HTTP {webhook.Status} after {webhook.TookMs} ms{(webhook.Trouble is { } why ? $" ({why})" : "")}");
    }

    static void Show(CliRun run, Clock clock, ExampleEvent happened)
    {
        if (run.Json) run.Screen.Json(JsonSerializer.Serialize(happened, lines));
        else run.Screen.Say($"{clock.Exact(happened.At)[11..]}  {happened.SessionId}  {happened.What}{(happened.Seq is { } seq ? $" {seq}" : "")}: {happened.Text}");
    }

    sealed record Invited(bool Relayed);
}
