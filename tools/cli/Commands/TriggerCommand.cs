using System.CommandLine;
using System.Text.Json;
using Lifecycle.Cli.Display;
using Lifecycle.Cli.Webhooks;
using Lifecycle.Doctor;
using Lifecycle.Functions.Secrets;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle trigger</c>.</summary>
sealed class TriggerCommand : CliCommand
{
    const int MostId = 256;

    readonly Argument<string> url = new("URL") { Description = "Where to." };
    readonly Option<string[]> secret = new("--secret") { Description = $"The webhook secret that the receiver has, or {DoctorArguments.SecretVariable}; said twice, newest first, while one replaces the other: it is signed with both.", HelpName = "whsec_…" };
    readonly Option<string> type = new("--type") { Description = "Which webhook; session_request if absent.", HelpName = "TYPE", DefaultValueFactory = _ => ExampleWebhook.Types[0] };
    readonly Option<string> session = new("--session") { Description = "The user session in it.", HelpName = "ID", DefaultValueFactory = _ => "example-session" };
    readonly Option<string> package = new("--package") { Description = "The app in it: a receiver refuses those of others.", HelpName = "NAME", DefaultValueFactory = _ => "com.example.notes" };
    readonly Option<string> id = new("--id") { Description = "Its webhook-id: the same one again is the same webhook. A new one if absent.", HelpName = "ID" };

    public TriggerCommand()
        : base(
            "trigger", "Sends a signed example webhook to any address, and shows what is answered and how fast. No host is needed.",
            "{ \"url\", \"type\", \"webhookId\", \"status\", \"tookMs\", \"headers\": {…}, \"body\": text, \"isCut\": whether there is more of it }",
            "lifecycle trigger http://localhost:5080/lifecycle --type resurrection_request")
    {
        Arguments.Add(url);
        type.AcceptOnlyFromAmong([.. ExampleWebhook.Types]);
        foreach (var option in (Option[])[secret, type, session, package, id]) Options.Add(option);
    }

    protected override async Task<int> RunAsync(CliRun run)
    {
        var target = Address("URL", run.Get(url));
        var webhook = ExampleWebhook.Make(run.Get(type)!, Identifier("--session", run.Get(session)), Identifier("--package", run.Get(package)), run.Get(id) is { } name ? WebhookId(name) : null);
        var answer = await webhook.SendAsync(target, Signer(run), run.World.Time, run.Cancellation);
        if (run.Json) run.Screen.Json(JsonSerializer.Serialize(answer, JsonSerializerOptions.Web));
        else Show(run.Screen, answer);
        return answer.Status is >= 200 and < 300 ? ExitCode.Done : ExitCode.No;
    }

    // As receivers take it.
    static string WebhookId(string text) =>
        text.Length is > 0 and <= MostId && text.All(c => c is > ' ' and <= '~') ? text : throw CliException.BadUsage($"--id must be 1 to {MostId} visible ASCII characters.");

    SigningSecrets Signer(CliRun run)
    {
        var given = run.Get(secret) is { Length: > 0 } said ? said : run.World.Variable(DoctorArguments.SecretVariable)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (given.Length == 0) throw CliException.BadUsage($"With which secret? --secret whsec_…, or {DoctorArguments.SecretVariable}.");
        if (given.Length > 2) throw CliException.BadUsage("An app has one secret, or two while one replaces the other: no more than that.");
        if (given.Any(text => WebhookSecret.Read(text) is null)) throw CliException.BadUsage($"The secret must be {WebhookSecret.Rule}.");
        return SigningSecrets.Of(given);
    }

    static void Show(Screen screen, TriggerAnswer answer)
    {
        screen.Say($"{answer.Type} {answer.WebhookId}: HTTP {answer.Status} after {answer.TookMs} ms. {Means(answer.Status)}");
        screen.Facts([.. answer.Headers.Select(header => (header.Key, (string?)header.Value))]);
        if (answer.Body.Length > 0) screen.Say(answer.Body);
        if (answer.IsCut) screen.Note($"There is more of it than is shown: it is read for {ExampleWebhook.Limit.TotalSeconds:0} s, and no further than {AnswerBody.Most / 1024} KiB.");
    }

    // As docs/wire.md says.
    static string Means(int status) => status switch
    {
        >= 200 and < 300 => "Accepted: the app would now have the connect timeout to attach.",
        >= 300 and < 400 => "Redirects are not followed: it would be asked again, and the owner told.",
        410 => "Gone: the session would be given up.",
        401 or 403 or 404 => "Taken for gone when nothing else is heard for two and a half minutes.",
        408 or 421 or 425 or 429 or >= 500 => "Not now: it would be asked again.",
        _ => "Rejected: the session would be given up.",
    };
}
