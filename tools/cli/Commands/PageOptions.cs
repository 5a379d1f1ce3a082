using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Cli.Api;

namespace Lifecycle.Cli.Commands;

/// <summary>How much of a list is wanted.</summary>
sealed class PageOptions
{
    const int Usual = 50;
    const int Most = 1_000_000;

    readonly Option<int> limit = new("--limit") { Description = $"How many at most; pages are read on until there are as many. {Usual} if absent.", HelpName = "N", DefaultValueFactory = _ => Usual };
    readonly Option<string> cursor = new("--cursor") { Description = "Goes on from where an earlier call ended.", HelpName = "CURSOR" };

    public void AddTo(Command command)
    {
        limit.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var number) || number is < 1 or > Most)) result.AddError($"--limit must be a whole number from 1 to {Most}.");
        });
        command.Options.Add(limit);
        command.Options.Add(cursor);
    }

    /// <summary>Reads the list; says now and then how far it is where that takes long.</summary>
    public Task<JsonObject> ReadAsync(CliRun run, Pages pages)
    {
        var (time, begun) = (run.World.Time, run.World.Time.GetTimestamp());
        var next = TimeSpan.FromSeconds(2);
        return pages.ReadAsync(run.Get(cursor), run.Get(limit), Tell, run.Cancellation);

        void Tell(int found, long looked)
        {
            if (!run.Screen.IsTerminal || time.GetElapsedTime(begun) < next) return;
            next = time.GetElapsedTime(begun) + TimeSpan.FromSeconds(2);
            run.Screen.Note($"{found} found in {looked} rows so far …");
        }
    }

    /// <summary>The list in the shape that is shown.</summary>
    public static IReadOnlyList<T> ItemsOf<T>(JsonObject whole, string list) => whole[list].Deserialize<List<T>>(JsonSerializerOptions.Web) ?? [];

    /// <summary>Says how to go on, where there is more.</summary>
    public static void TellMore(CliRun run, JsonObject whole)
    {
        if (whole["next"]?.GetValue<string>() is { } next) run.Screen.Note($"There may be more: --limit N, or --cursor {next}");
    }
}
