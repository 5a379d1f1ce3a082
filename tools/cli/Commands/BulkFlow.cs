using System.Text.Json.Nodes;
using Lifecycle.Cli.Api;

namespace Lifecycle.Cli.Commands;

/// <summary>A bulk action: the count first, then the question, then how far it is.</summary>
/// <param name="run">The call.</param>
/// <param name="api">The host.</param>
/// <param name="action"><c>start</c>, <c>stop</c> or <c>revive</c>.</param>
/// <param name="body">What is asked, without <c>dryRun</c>.</param>
sealed class BulkFlow(CliRun run, ApiClient api, string action, JsonObject body)
{
    /// <param name="dryRun">Whether it ends with the count.</param>
    /// <param name="yes">Whether nobody is asked.</param>
    public async Task<int> RunAsync(bool dryRun, bool yes)
    {
        var counted = await PostAsync(dryRun: true, run.Cancellation);
        var forecast = counted.Read<BulkForecast>();
        if (!run.Json) Tell(forecast);
        // Who wants JSON cannot be asked, and gets the count.
        if (dryRun || forecast.Matched == 0 && forecast.Complete || (run.Json && !yes))
        {
            if (run.Json) run.Screen.Json(counted.Text);
            return ExitCode.Done;
        }
        if (!yes && !await IsWantedAsync(forecast))
        {
            run.Screen.Note("Nothing was done.");
            return ExitCode.No;
        }
        // From here on the host does it whatever becomes of this call: its name is waited for through a Ctrl-C, and told before anything else.
        var id = (await PostAsync(dryRun: false, CancellationToken.None)).Read<BulkAccepted>().BulkId;
        run.Screen.Note($"The host carries it out. Look: lifecycle bulk {id}. End it: lifecycle bulk {id} --stop");
        return await BulkProgressView.FollowAsync(run, api, id);
    }

    Task<ApiAnswer> PostAsync(bool dryRun, CancellationToken cancellation)
    {
        var asked = body.DeepClone().AsObject();
        asked["dryRun"] = dryRun;
        return api.PostAsync($"app-sessions/{action}", asked, cancellation);
    }

    void Tell(BulkForecast forecast)
    {
        run.Screen.Say($"{Matched(forecast)} meant.");
        foreach (var name in forecast.Sample) run.Screen.Say($"  {name}");
        if (forecast.Matched > forecast.Sample.Count) run.Screen.Say($"  … and {Display.Screen.Number(forecast.Matched - forecast.Sample.Count)} more");
    }

    async Task<bool> IsWantedAsync(BulkForecast forecast)
    {
        if (!run.World.IsInputTerminal) throw CliException.BadUsage("Nobody can be asked here: say --yes to do it, or --dry-run to count only.");
        run.World.Error.Write($"{char.ToUpperInvariant(action[0])}{action[1..]} {(forecast.Complete ? "them" : "all of them, as many as there are")}? [y/N] ");
        run.World.Error.Flush();
        return (await run.ReadAsync(input => input.ReadLine()))?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    static string Matched(BulkForecast forecast) =>
        $"{(forecast.Complete ? "" : "At least ")}{Display.Screen.Number(forecast.Matched)} app session{(forecast.Matched == 1 && forecast.Complete ? " is" : "s are")}";
}
