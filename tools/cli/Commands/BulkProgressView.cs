using Lifecycle.Cli.Api;

namespace Lifecycle.Cli.Commands;

/// <summary>Shows how far a bulk action is until it is over. It is the host's: it goes on when nobody looks.</summary>
static class BulkProgressView
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(300);

    public static async Task<int> FollowAsync(CliRun run, ApiClient api, string id)
    {
        try
        {
            for (var last = ""; ; await Task.Delay(pause, run.World.Time, run.Cancellation))
            {
                var answer = await api.GetAsync($"bulk/{id}", run.Cancellation);
                var progress = answer.Read<BulkProgress>();
                if (progress.IsOver) return End(run, answer, progress);
                var line = $"{Display.Screen.Number(progress.Done)} told, {Display.Screen.Number(progress.Looked)} rows looked at …";
                if (run.Screen.IsTerminal && line != last) run.Screen.Note(line);
                last = line;
            }
        }
        catch (OperationCanceledException) when (run.Cancellation.IsCancellationRequested)
        {
            run.Screen.Note($"The host goes on with it. Look: lifecycle bulk {id}. End it: lifecycle bulk {id} --stop");
            throw;
        }
    }

    /// <summary>Shows it as it is.</summary>
    public static int End(CliRun run, ApiAnswer answer, BulkProgress progress)
    {
        if (run.Json) run.Screen.Json(answer.Text);
        else Show(run, progress);
        return progress is { State: "done" or "running", Failed: 0 } ? ExitCode.Done : ExitCode.No;
    }

    static void Show(CliRun run, BulkProgress progress)
    {
        var failed = progress.Failed > 0 ? $", {Display.Screen.Number(progress.Failed)} could not be told" : "";
        run.Screen.Say($"{progress.State}: {Display.Screen.Number(progress.Done)} told{failed}. Each decides by itself what it makes of it.");
        foreach (var error in progress.Errors ?? []) run.Screen.Say($"  {error.Name}: {error.Reason}");
        if (!progress.IsOver) run.Screen.Note($"End it: lifecycle bulk {progress.BulkId} --stop");
    }
}
