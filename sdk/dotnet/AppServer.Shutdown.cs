namespace Lifecycle.Sdk;

/// <summary>Leaving in good order.</summary>
public sealed partial class AppServer
{
    /// <summary>So many sessions say goodbye at a time.</summary>
    const int GoodbyeLanes = 32;

    Task<bool>? _shutdown;

    /// <summary>New work is refused when it is closed.</summary>
    internal ShutdownGate Gate { get; } = new();

    /// <summary>Whether it takes on no more: webhooks are answered with 503, so that Lifecycle asks again later, and attaching throws.</summary>
    public bool IsLeaving => Gate.IsClosed;

    /// <summary>Takes on no webhooks and no sessions from now on. The first step of <see cref="ShutdownAsync"/>; earlier is better.</summary>
    public void StopTakingWebhooks() => Gate.Close();

    /// <summary>
    /// Leaves: takes on nothing more and ends every session, by a goodbye or without one. Handlers that run or wait get to finish within
    /// the limit; in a drain their sessions stay attached until then. Returns when that is done or the limit is over; then
    /// <see cref="DisposeAsync"/> is all that is left. Calling it again answers as the first call. Not to be awaited in a handler: it
    /// would wait for itself.
    /// </summary>
    /// <param name="mode">Drain, when another process takes over; goodbye, when nobody should.</param>
    /// <param name="limit">How long handlers may run and goodbyes may take; from zero up. Default: <see cref="AppServerOptions.ShutdownLimit"/>.</param>
    /// <param name="cancellationToken">Cuts the limit short; the sessions end all the same.</param>
    /// <returns>False when something was still under way at the limit, or a goodbye could not be said.</returns>
    public Task<bool> ShutdownAsync(ShutdownMode mode, TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        Gate.Close();
        lock (_gate) return _shutdown ??= EndSessionsAsync(mode, limit ?? Options.ShutdownLimit, cancellationToken);
    }

    async Task<bool> EndSessionsAsync(ShutdownMode mode, TimeSpan limit, CancellationToken cancellation)
    {
        await Task.Yield(); // Off the lock of the caller.
        AttachedSession[] sessions = [.. Sessions];
        LogShutdownBegun(Options.PackageName, mode, sessions.Length, limit);
        using var clock = new CancellationTokenSource(limit, _context.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        using var lanes = new SemaphoreSlim(GoodbyeLanes);
        var webhooks = HappensAsync(Gate.Empty, over.Token);
        var ends = await Task.WhenAll(sessions.Select(session => EndAsync(session, mode, lanes, over.Token)));
        var isQuiet = await webhooks;
        await Gate.EndAsync();
        var released = ends.Count(end => end.Released);
        var isFinished = isQuiet && ends.All(end => end.Finished);
        LogShutdownDone(Options.PackageName, mode, sessions.Length, released, isFinished);
        return isFinished && (mode == ShutdownMode.Drain || released == sessions.Length);
    }

    static async Task<(bool Released, bool Finished)> EndAsync(AttachedSession session, ShutdownMode mode, SemaphoreSlim lanes, CancellationToken over)
    {
        var isReleased = false;
        if (mode == ShutdownMode.Goodbye) isReleased = await ReleaseAsync(session, lanes, over);
        else await HappensAsync(session.CaughtUpAsync(), over);
        await session.EndAsync(new EndReason(EndKind.Closed, "the app server shuts down"));
        return (isReleased, await HappensAsync(session.HandlersDone, over));
    }

    static async Task<bool> ReleaseAsync(AttachedSession session, SemaphoreSlim lanes, CancellationToken over)
    {
        if (!await HappensAsync(lanes.WaitAsync(over), over)) return false;
        try
        {
            return await session.ReleaseAsync(over);
        }
        catch (OperationCanceledException)
        {
            return false; // Lifecycle will ask for this one again.
        }
        finally
        {
            lanes.Release();
        }
    }

    static async Task<bool> HappensAsync(Task task, CancellationToken over)
    {
        await task.WaitAsync(over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompletedSuccessfully;
    }
}
