using System.CommandLine;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;
using Lifecycle.Cli.Live;
using Lifecycle.Doctor;
using Spectre.Console;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle tail</c>.</summary>
sealed class TailCommand : ApiCommand
{
    readonly FilterOptions filter = new();
    readonly Option<int?> count = new("--count") { Description = "End after so many.", HelpName = "N" };

    public TailCommand()
        : base(
            "tail", "Shows transitions as they happen, until Ctrl-C.", "a line for each, { \"at\", \"sessionId\", \"packageName\", \"from\", \"to\", \"reason\", \"blame\", \"epoch\" }, and { \"dropped\": n } where some were left out",
            "lifecycle tail --package 'com.example.*' --blame app", "lifecycle tail --state EVICTED --json")
    {
        filter.AddTo(this, withSince: false);
        count.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var number) || number < 1)) result.AddError("--count must be a whole number from 1.");
        });
        Options.Add(count);
    }

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation);
        var stream = new TransitionStream(api, run.World.Time, new Listener(run, clock, filter.Matcher(run), run.Get(count), enough.Cancel));
        try
        {
            await stream.RunAsync(enough.Token);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // Ctrl-C is how it ends.
        }
        return ExitCode.Done;
    }

    sealed class Listener(CliRun run, Clock clock, Func<string, string, string, string?, bool> matches, int? most, Action enough) : IStreamListener
    {
        DateTimeOffset? lostAt;
        int heard;

        public void Live()
        {
            if (lostAt is { } since) run.Screen.Note($"The stream is back. What happened since {clock.Text(since)} was not told: lifecycle sessions --since {Clock.Wire(since)}");
            else run.Screen.Note($"Listening; times in {clock.Zone}. Ctrl-C ends.");
            lostAt = null;
        }

        public void Interrupted(string why)
        {
            lostAt ??= run.World.Time.GetUtcNow();
            run.Screen.Note($"The stream is interrupted ({why}). It is tried again until it is back.");
        }

        public void Dropped(int count)
        {
            if (run.Json) run.Screen.Json($"{{\"dropped\":{count}}}");
            else run.Screen.Note($"… and {Screen.Number(count)} more at once, not shown");
        }

        public void Hear(Transition transition, string json)
        {
            if (heard == most || !matches(transition.SessionId, transition.PackageName, transition.To, transition.Blame)) return;
            heard++;
            if (run.Json) run.Screen.Json(json);
            else Show(transition);
            if (heard == most) enough();
        }

        void Show(Transition transition)
        {
            var line = new Paragraph()
                .Append($"{clock.Exact(transition.At)[11..]}  ", Color.Grey).Append($"{Plain(transition.SessionId)} {Plain(transition.PackageName)}  ")
                .Append(Plain(transition.From), StateStyle.Of(transition.From)).Append(" → ").Append(Plain(transition.To), StateStyle.Of(transition.To))
                .Append($"  {Plain(transition.Reason)}").Append($"  {Plain(transition.Blame)}", Color.Grey);
            run.Screen.Show(new Rows(line));
        }

        static string Plain(string? text) => PlainText.LineOf(text ?? "");
    }
}
