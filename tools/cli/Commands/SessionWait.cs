using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary>Waits for what becomes of an app session upon an action, and says it.</summary>
sealed class SessionWait
{
    static readonly TimeSpan limit = TimeSpan.FromMinutes(1);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(250);

    // What it does not leave by itself: a start, a revive or its user has to come first.
    static readonly string[] final = [AppState.Stopped.WireName(), AppState.Evicted.WireName(), AppState.Dormant.WireName()];

    readonly CliRun run;
    readonly ApiClient api;
    readonly string path;
    readonly Mark? before;

    SessionWait(CliRun run, ApiClient api, string path, Mark? before) => (this.run, this.api, this.path, this.before) = (run, api, path, before);

    /// <summary>Looks how it is before the action: what it is still in then is no answer to it.</summary>
    /// <param name="run">The call.</param>
    /// <param name="api">The host.</param>
    /// <param name="path">The app session's.</param>
    public static async Task<SessionWait> BeforeAsync(CliRun run, ApiClient api, string path) =>
        new(run, api, path, await ExplainAsync(run, api, path) is { } answer ? Mark.Of(answer.Read<Explained>()) : null);

    /// <summary>Until it is in that state, or in one that does not lead there.</summary>
    public async Task<int> UntilAsync(string wanted)
    {
        var begun = run.World.Time.GetTimestamp();
        var last = "";
        while (true)
        {
            var isLate = run.World.Time.GetElapsedTime(begun) > limit;
            if (await ExplainAsync(run, api, path, isLate) is { } answer)
            {
                var explained = answer.Read<Explained>();
                if (explained.State == wanted || isLate || IsOver(explained)) return End(answer, explained, wanted);
                if (run.Screen.IsTerminal && explained.State != last) run.Screen.Note($"{explained.State} …");
                last = explained.State;
            }
            await Task.Delay(pause, run.World.Time, run.Cancellation);
        }
    }

    bool IsOver(Explained explained) => final.Contains(explained.State) && Mark.Of(explained) != before;

    int End(ApiAnswer answer, Explained explained, string wanted)
    {
        if (run.Json) run.Screen.Json(answer.Text);
        else run.Screen.Say(explained.Sentence, StateStyle.Of(explained.State));
        if (explained.State == wanted) return ExitCode.Done;
        run.Screen.Trouble(final.Contains(explained.State) ? $"It is {explained.State}, and does not become {wanted} by itself." : $"It is {explained.State} after {limit.TotalSeconds:0} s, and not {wanted}.", []);
        return ExitCode.No;
    }

    // What was accepted a moment ago need not be known yet, and a host that has too much to do has time for it later.
    static async Task<ApiAnswer?> ExplainAsync(CliRun run, ApiClient api, string path, bool isLate = false)
    {
        try
        {
            return await api.GetAsync($"{path}/explain", run.Cancellation);
        }
        catch (CliException e) when (e.Status is 404 or 429 or >= 500 && !isLate)
        {
            return null;
        }
    }

    // Two looks between which nothing was decided are the same.
    sealed record Mark(string State, DateTimeOffset Since, DateTimeOffset? DecidedAt, int Times)
    {
        public static Mark Of(Explained explained)
        {
            var last = explained.Decisions.LastOrDefault();
            return new(explained.State, explained.Since, last?.LastAt ?? last?.At, last?.Times ?? 0);
        }
    }
}
