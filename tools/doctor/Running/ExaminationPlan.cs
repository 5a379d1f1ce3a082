using System.Collections.Concurrent;

namespace Lifecycle.Doctor.Running;

/// <summary>In which order checks are played, and which of them are not.</summary>
/// <param name="run">What they are played in.</param>
/// <param name="progress">Told each result as it comes.</param>
/// <param name="checks">All checks that there are.</param>
sealed class ExaminationPlan(Examination run, IProgress<CheckResult>? progress, IReadOnlyList<Check> checks)
{
    /// <summary>Between two checks that begin: about Lifecycle's own pace of webhooks.</summary>
    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(40);

    /// <summary>Longest time of one check.</summary>
    static readonly TimeSpan limit = TimeSpan.FromSeconds(75);

    /// <summary>How often a check is played at most, when the machine stands still in it.</summary>
    public const int MostRounds = 3;

    readonly ConcurrentDictionary<string, CheckResult> _results = new(StringComparer.Ordinal);

    public async Task<DoctorReport> RunAsync(CancellationToken cancellation)
    {
        var begunAt = run.Time.GetUtcNow();
        await ArriveAsync(cancellation);
        var isWhole = await IsPlayedAsync(cancellation);
        CheckResult[] results = [.. checks.Where(IsTold).Select(check => _results.GetValueOrDefault(check.Id) ?? CheckResult.Of(check, CheckVerdict.Skipped, check.Title, CheckResult.NotReached, TimeSpan.Zero, []))];
        var url = run.Options.WebhookUrl.GetLeftPart(UriPartial.Path);
        return new DoctorReport(run.Options.PackageName, url, begunAt, (long)(run.Time.GetUtcNow() - begunAt).TotalMilliseconds, run.AppVersion, run.SpeaksContract, results) { IsWhole = isWhole };
    }

    // False when it was ended before.
    async Task<bool> IsPlayedAsync(CancellationToken cancellation)
    {
        try
        {
            await StageAsync(Stage.First, cancellation);
            await StageAsync(Stage.Beside, cancellation);
            run.Leaving = new LeaveGate(run.Options, Of(Stage.Leaving).Count(check => WhyNot(check) is null), run.Time);
            var before = run.Standstills.Count;
            await StageAsync(Stage.Leaving, cancellation);
            run.IsLeaveDisturbed = run.Standstills.Count > before;
            await StageAsync(Stage.Last, cancellation);
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    async Task ArriveAsync(CancellationToken cancellation)
    {
        var since = run.Time.GetTimestamp();
        while (!await run.Caller.IsThereAsync(cancellation))
        {
            if (run.Time.GetElapsedTime(since) >= run.Options.Patience)
                throw new AppNotThereException($"Nobody listens at {run.Options.WebhookUrl.GetLeftPart(UriPartial.Path)}. Start the app server with {run.Url} as its Lifecycle.");
            await Task.Delay(TimeSpan.FromMilliseconds(250), run.Time, cancellation);
        }
    }

    // What was not asked for is told all the same when it failed: the others are skipped for it, and nothing that was skipped is good.
    bool IsTold(Check check) => run.Options.Takes(check) || _results.GetValueOrDefault(check.Id)?.Verdict == CheckVerdict.Fail;

    // The first stage is played whatever is asked for: the others need to know what it finds.
    IEnumerable<Check> Of(Stage stage) => checks.Where(check => check.Stage == stage && (stage == Stage.First || run.Options.Takes(check)));

    async Task StageAsync(Stage stage, CancellationToken cancellation)
    {
        var playing = new List<Task>();
        foreach (var check in Of(stage).OrderByDescending(check => check.Seconds))
        {
            if (WhyNot(check) is { } why) Report(CheckResult.Of(check, CheckVerdict.Skipped, check.Title, why, TimeSpan.Zero, []));
            else
            {
                if (stage == Stage.Beside && playing.Count > 0) await Task.Delay(pace, run.Time, cancellation);
                playing.Add(PlayAsync(check, cancellation));
            }
        }
        await Task.WhenAll(playing);
    }

    string? WhyNot(Check check)
    {
        if (check.Stage == Stage.First) return null;
        if (check.Needs.HasFlag(Needs.Attach) && !HasPassed(CheckList.Attaches)) return $"the app does not attach: see {CheckList.Attaches}";
        if (check.Needs.HasFlag(Needs.Contract) && !run.SpeaksContract) return "the app does not speak the doctor contract (docs/doctor.md)";
        if (check.Needs.HasFlag(Needs.Version2) && run.AppVersion < 2) return $"the app speaks version {run.AppVersion} of the wire";
        if (check.Needs.HasFlag(Needs.SecondSecret) && run.Options.Secrets.Count < 2) return "only one secret is given";
        return check.Needs.HasFlag(Needs.Leaver) && !run.Options.CanLeave ? "neither a process id nor a command upon which the app leaves is given" : null;
    }

    bool HasPassed(string id) => _results.GetValueOrDefault(id)?.Verdict == CheckVerdict.Pass;

    async Task PlayAsync(Check check, CancellationToken cancellation)
    {
        for (var round = 1; ; round++)
        {
            var before = run.Standstills.Count;
            var result = await PlayAsync(check, round, cancellation);
            // A process leaves once, and the last checks judge what was seen before: those cannot be played again.
            if (check.Stage is Stage.First or Stage.Beside && round < MostRounds && run.Standstills.Count > before && !cancellation.IsCancellationRequested) continue;
            Report(result);
            return;
        }
    }

    async Task<CheckResult> PlayAsync(Check check, int round, CancellationToken cancellation)
    {
        using var clock = new CancellationTokenSource(limit, run.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        var scene = run.NewScene(round == 1 ? check.Id : $"{check.Id}-again{round}", both.Token);
        var (verdict, expected, seen) = await JudgeAsync(check, scene, cancellation);
        if (check.Stage == Stage.Leaving && !scene.IsReady) run.Leaving!.Arrive();
        var result = CheckResult.Of(check, verdict, expected, seen, scene.Now, scene.Moments);
        await scene.EndAsync();
        return result;
    }

    static async Task<(CheckVerdict Verdict, string Expected, string Seen)> JudgeAsync(Check check, Scene scene, CancellationToken cancellation)
    {
        try
        {
            await check.PlayAsync(scene);
            return (CheckVerdict.Pass, check.Title, scene.Seen ?? scene.LastSeen());
        }
        catch (CheckFailedException e)
        {
            return (CheckVerdict.Fail, e.Expected, e.Seen);
        }
        catch (CheckSkippedException e)
        {
            return (CheckVerdict.Skipped, check.Title, e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (CheckVerdict.Fail, check.Title, $"no end within {limit.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (CheckVerdict.Skipped, check.Title, $"the doctor itself failed: {e}"); // What it knows of the app is in its report all the same.
        }
    }

    void Report(CheckResult result)
    {
        _results[result.Id] = result;
        if (IsTold(checks.First(check => check.Id == result.Id))) progress?.Report(result);
    }
}
