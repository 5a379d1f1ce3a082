using System.CommandLine;
using System.Text.Json.Nodes;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;
using Lifecycle.Doctor;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle register</c>.</summary>
sealed class RegisterCommand : ApiCommand
{
    const string Relayed = "relay:";

    readonly Argument<string> package = new("PACKAGE") { Description = "The app." };
    readonly Option<string> webhook = new("--webhook") { Description = "Where the app server takes webhooks; relay: for one that has no address of its own.", HelpName = "URL", Required = true };
    readonly Option<string> owner = new("--owner") { Description = "Where the app's owner is told of trouble.", HelpName = "URL" };
    readonly Option<string> health = new("--health") { Description = "What answers 2xx to a GET when the app is up: while it is away it is asked every 2 s.", HelpName = "URL" };
    readonly PolicyOption policy = new(required: false);
    readonly Option<bool> newKey = new("--new-key") { Description = "Make a new API key, if it has one already; the one before stays valid beside it." };
    readonly Option<bool> newSecret = new("--new-secret") { Description = "Make a new webhook secret, if it has one already; the one before stays valid beside it." };
    readonly Option<bool> env = new("--env") { Description = "Print key and secret, as far as they were made now, as exports and nothing else, for eval \"$(lifecycle register … --env)\"." };

    public RegisterCommand()
        : base(
            "register", "Registers an app, or changes where it is; key and secret that are made for it are shown once.", "as PUT /api/apps/{packageName} answers, with what --new-key and --new-secret made",
            "lifecycle register com.example.notes --webhook http://localhost:5080/lifecycle", "lifecycle register com.example.notes --webhook relay: --set reconnectGraceMs=10000 --env")
    {
        Arguments.Add(package);
        foreach (var option in (Option[])[webhook, owner, health, policy, newKey, newSecret, env]) Options.Add(option);
    }

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        var packageName = Identifier("PACKAGE", run.Get(package));
        var body = new JsonObject { ["webhookUrl"] = run.Get(webhook) };
        if (run.Get(owner) is { } ownerUrl) body["ownerUrl"] = ownerUrl;
        if (run.Get(health) is { } healthUrl) body["healthUrl"] = healthUrl;
        if (policy.Read(run) is { } set) body["policy"] = set;
        var answer = await api.SendAsync(HttpMethod.Put, ApiPath.App(packageName), body, run.Cancellation);
        await RotateAndShowAsync(run, api, packageName, answer);
        return ExitCode.Done;
    }

    async Task RotateAndShowAsync(CliRun run, ApiClient api, string packageName, ApiAnswer answer)
    {
        var shown = answer.Read<JsonObject>();
        try
        {
            await RotateAsync(run, api, packageName, shown);
        }
        // What was made is told by no other call: it is shown before what went wrong behind it.
        catch (CliException e) when (HasSecret(shown))
        {
            Show(run, answer.Status, shown);
            throw new CliException(e.ExitCode, e.Message) { Details = e.Details };
        }
        catch (OperationCanceledException) when (HasSecret(shown))
        {
            Show(run, answer.Status, shown);
            throw;
        }
        Show(run, answer.Status, shown);
    }

    static bool HasSecret(JsonObject shown) => (shown["apiKey"] ?? shown["webhookSecret"]) is not null;

    // What was made a moment ago need not be made anew.
    async Task RotateAsync(CliRun run, ApiClient api, string packageName, JsonObject shown)
    {
        foreach (var (wanted, name, call) in new[] { (run.Get(newKey), "apiKey", "rotate-key"), (run.Get(newSecret), "webhookSecret", "rotate-secret") })
        {
            if (!wanted || shown[name] is not null) continue;
            var made = (await api.PostAsync($"{ApiPath.App(packageName)}/{call}", null, run.Cancellation)).Read<JsonObject>();
            shown[name] = made[name]?.DeepClone();
            shown[$"{name}Count"] = made[$"{name}Count"]?.DeepClone();
        }
    }

    void Show(CliRun run, int status, JsonObject shown)
    {
        if (run.Json)
        {
            run.Screen.Json(shown.ToJsonString());
            return;
        }
        var app = new ApiAnswer(status, shown.ToJsonString()).Read<Registration>();
        if (run.Get(env)) ShowEnvironment(run.Screen, app);
        else Show(run.Screen, status, app);
    }

    static void Show(Screen screen, int status, Registration app)
    {
        screen.Say($"{app.PackageName} is {(status == 201 ? "registered" : "changed")}: webhooks go to {app.WebhookUrl}");
        if (app.HealthUrl is { } healthUrl) screen.Say($"While it is away, {healthUrl} is asked whether it is up");
        if ((app.ApiKey ?? app.WebhookSecret) is null)
        {
            screen.Note(status == 202 ? "The engine is behind: it will be in force soon. Make its key and secret with --new-key --new-secret then." : "Key and secret are as before. Are they lost? --new-key --new-secret makes new ones.");
            return;
        }
        screen.Blank();
        ShowSecrets(screen, app);
        screen.Blank();
        screen.Note("The app server needs both: it shows the key, and verifies webhooks by the secret. They are shown this once.");
        if (app.WebhookUrl == Relayed) screen.Note($"Its webhooks come to processes that open a connection for them: the SDKs with Relay = true, or lifecycle listen {app.PackageName} [--forward URL]");
    }

    static void ShowEnvironment(Screen screen, Registration app)
    {
        if ((app.ApiKey ?? app.WebhookSecret) is null)
            throw new CliException(ExitCode.No, $"{app.PackageName} is registered, and has its key and secret already, which are not shown again: --new-key --new-secret makes new ones.");
        ShowSecrets(screen, app);
        if (app.ApiKey is null) screen.Note($"{DoctorArguments.KeyVariable} is not among them: the API key is as before. --new-key makes a new one.");
        if (app.WebhookSecret is null) screen.Note($"{DoctorArguments.SecretVariable} is not among them: the webhook secret is as before. --new-secret makes a new one.");
    }

    static void ShowSecrets(Screen screen, Registration app)
    {
        if (app.ApiKey is { } key) screen.Line($"export {DoctorArguments.KeyVariable}={key}");
        if (app.WebhookSecret is { } secret) screen.Line($"export {DoctorArguments.SecretVariable}={secret}");
    }
}
