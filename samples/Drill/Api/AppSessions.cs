using Lifecycle.Samples.Drill.App;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Processes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill.Api;

/// <summary>One package under drill: its app server, its sessions, and what Lifecycle says about them.</summary>
sealed class AppSessions(AppServerProcess app, IReadOnlyList<SessionRef> sessions, LifecycleApi api, EngineAllowance allowance, TimeProvider time)
{
    const int AtOnce = 8;

    static readonly TimeSpan watchPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(150);

    readonly Dictionary<SessionRef, Step[]> trails = sessions.ToDictionary(session => session, _ => Array.Empty<Step>());

    public AppServerProcess App => app;

    public IReadOnlyList<SessionRef> Sessions => sessions;

    /// <summary>What its host's engine is allowed.</summary>
    public EngineAllowance Allowance => allowance;

    /// <summary>Every session started by the platform, attached and subscribed.</summary>
    public async Task StartAsync(AppPolicy policy, SceneRow row, CancellationToken cancellation)
    {
        await BeginAsync(policy, cancellation);
        await AwaitAsync($"all of {app.Package} RUNNING and subscribed at the start", IsWell, TimeSpan.FromSeconds(40), row, cancellation);
    }

    /// <summary>The package registered, and every session started by the platform: whatever becomes of it.</summary>
    public async Task BeginAsync(AppPolicy policy, CancellationToken cancellation)
    {
        await api.RegisterAsync(app, policy, cancellation);
        await Parallel.ForEachAsync(sessions, Limit(cancellation), async (session, stop) => await api.StartAsync(session, stop));
    }

    /// <summary>Every session stopped, and the app server's process ended.</summary>
    public async Task RetireAsync(CancellationToken cancellation)
    {
        await Parallel.ForEachAsync(sessions, Limit(cancellation), async (session, stop) => await api.StopAsync(session, stop));
        await app.EndAsync(cancellation);
    }

    /// <summary>Nothing of it stays at a host that goes on: its sessions are stopped and its package is not registered any more.</summary>
    public async Task ForgetAsync(CancellationToken cancellation)
    {
        try
        {
            await Parallel.ForEachAsync(sessions, Limit(cancellation), async (session, stop) => await api.StopAsync(session, stop));
        }
        catch (DrillException)
        {
            // One that was never started cannot be stopped.
        }
        await api.ForgetAsync(app.Package, cancellation);
    }

    /// <summary>Running, with the subscriptions that the app wants.</summary>
    public static bool IsWell(SessionStatus status) => status.IsRunning && status.Subscriptions.Count == SessionDesk.Streams.Length;

    /// <summary>Asks about each session until it is as wanted, then not again. Answers the statuses that were.</summary>
    /// <exception cref="DrillException">Not all within the limit; tells how many were, and what the others are.</exception>
    public async Task<IReadOnlyList<SessionStatus>> AwaitAsync(
        string what, Func<SessionStatus, bool> wanted, TimeSpan limit, SceneRow row, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var there = new SessionStatus?[sessions.Count];
        while (true)
        {
            var others = await AskAsync(there, wanted, row, cancellation);
            if (others.Count == 0) return there!;
            if (time.GetElapsedTime(start) > limit + allowance.ForWaits)
            {
                var seen = string.Join(", ", others.CountBy(text => text).Select(group => $"{group.Value} x {group.Key}"));
                throw new DrillException($"waited {limit.TotalSeconds:0} s for {what}: {sessions.Count - others.Count} of {sessions.Count} are, the others: {seen}");
            }
            await Task.Delay(pause, time, cancellation);
        }
    }

    /// <summary>Every session's status now.</summary>
    public Task<IReadOnlyList<SessionStatus>> ReadAsync(SceneRow row, CancellationToken cancellation) =>
        AwaitAsync($"every session of {app.Package} to be known", _ => true, TimeSpan.FromSeconds(10), row, cancellation);

    /// <summary>Every session's status, once it is well: what disturbs everybody has disturbed the sessions of the scenes behind it, too.</summary>
    public Task<IReadOnlyList<SessionStatus>> ReadWellAsync(SceneRow row, CancellationToken cancellation) =>
        AwaitAsync($"every session of {app.Package} to be well before its scene", IsWell, TimeSpan.FromSeconds(30), row, cancellation);

    /// <summary>Reads every status again and again for so long: Lifecycle remembers the last steps of each session only.</summary>
    public async Task WatchAsync(TimeSpan span, SceneRow row, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (span - time.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            await ReadAsync(row, cancellation);
            await Task.Delay(left < watchPause ? left : watchPause, time, cancellation);
        }
    }

    /// <summary>How the app fares now; null while Lifecycle cannot be reached.</summary>
    public Task<AppHealth?> FindHealthAsync(CancellationToken cancellation) => api.FindHealthAsync(app.Package, cancellation);

    async Task<IReadOnlyList<string>> AskAsync(
        SessionStatus?[] there, Func<SessionStatus, bool> wanted, SceneRow row, CancellationToken cancellation)
    {
        var others = new string?[sessions.Count];
        var open = Enumerable.Range(0, sessions.Count).Where(index => there[index] is null);
        await Parallel.ForEachAsync(open, Limit(cancellation), async (index, stop) =>
        {
            var status = await ReadAsync(sessions[index], stop);
            row.See(sessions[index], status);
            if (status is not null && wanted(status)) there[index] = status;
            else others[index] = status is null ? "no answer" : $"{status.State} ({status.Reason})";
        });
        return [.. others.OfType<string>()];
    }

    // Lifecycle remembers the last steps only, and an app that is away for long makes many.
    async Task<SessionStatus?> ReadAsync(SessionRef session, CancellationToken cancellation)
    {
        if (await api.FindAsync(session, cancellation) is not { } status) return null;
        lock (trails)
        {
            trails[session] = [.. trails[session].Union(status.Trail).OrderBy(step => step.At)];
            return status with { Trail = trails[session] };
        }
    }

    static ParallelOptions Limit(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
}
