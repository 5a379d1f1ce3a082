using System.CommandLine;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle away</c> and <c>lifecycle back</c>.</summary>
sealed class PresenceCommand : ApiCommand
{
    readonly string word;
    readonly Argument<string> session = new("SESSION") { Description = "The user session." };

    public PresenceCommand(string word, string description)
        : base(word, description, $"as POST /api/sessions/{{sessionId}}/{word} answers", $"lifecycle {word} s1")
    {
        this.word = word;
        Arguments.Add(session);
    }

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        var answer = await api.PostAsync($"{ApiPath.Session(Identifier("SESSION", run.Get(session)))}/{word}", null, run.Cancellation);
        if (run.Json) run.Screen.Json(answer.Text);
        else run.Screen.Say(answer.Read<Accepted>().Apps is { Count: > 0 } apps ? $"Accepted, and told to {string.Join(", ", apps)}." : "Accepted; no app of that session is known.");
        return ExitCode.Done;
    }
}
