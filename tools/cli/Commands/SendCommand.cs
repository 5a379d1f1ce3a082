using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle send</c>.</summary>
sealed class SendCommand : ApiCommand
{
    readonly Argument<string> session = new("SESSION") { Description = "The user session." };
    readonly Argument<string> package = new("PACKAGE") { Description = "The app." };
    readonly Argument<string> body = new("BODY") { Description = "The message: JSON, or else a text; - reads it from the standard input." };
    readonly Option<string> id = new("--id") { Description = "Names the message: the same id again is delivered once.", HelpName = "ID" };
    readonly Option<int?> wait = new("--wait-ms") { Description = "Wait so long until it is handled: 1 to 25000.", HelpName = "MS" };

    public SendCommand()
        : base(
            "send", "Posts a message to an app.", "as POST /api/sessions/{sessionId}/apps/{packageName}/messages answers",
            "lifecycle send s1 com.example.notes '{\"say\":\"hello\"}' --wait-ms 5000", "lifecycle send s1 com.example.notes hello")
    {
        foreach (var argument in (Argument[])[session, package, body]) Arguments.Add(argument);
        Options.Add(id);
        Options.Add(wait);
    }

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        var path = $"{ApiPath.AppSession(Identifier("SESSION", run.Get(session)), Identifier("PACKAGE", run.Get(package)))}/messages";
        var text = run.Get(body) == "-" ? await run.ReadAsync(input => input.ReadToEnd()) : run.Get(body)!;
        var message = new JsonObject { ["body"] = Read(text) };
        if (run.Get(id) is { } name) message["id"] = name;
        if (run.Get(wait) is { } ms) message["waitMs"] = ms;
        var answer = await api.PostAsync(path, message, run.Cancellation);
        var outcome = answer.Read<MessageOutcome>();
        if (run.Json) run.Screen.Json(answer.Text);
        else run.Screen.Say($"{outcome.Outcome}: message {outcome.Seq}; the app session is {outcome.State}.");
        return outcome.Outcome == "failed" ? ExitCode.No : ExitCode.Done;
    }

    static JsonNode Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) ?? throw CliException.BadUsage("BODY may be any JSON but null.");
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    sealed record MessageOutcome(string Outcome, long Seq, string State);
}
