namespace Lifecycle.Sdk;

/// <summary>Leaving in good order.</summary>
public sealed partial class AppServer
{
    /// <summary>So many sessions say goodbye at a time.</summary>
    const int GoodbyeLanes = 32;

    Task<ShutdownResult>? _shutdown;

    /// <summary>New work is refused when it is closed.</summary>
    internal ShutdownGate Gate { get; } = new();

    /// <summary>Whether this process takes on no more sessions: webhooks are answered with 503, attaching throws.</summary>
    public bool IsShuttingDown => Gate.IsClosed;

    /// <summary>
    /// Takes on no more sessions from now on and ends those that there are, as the mode says. Handlers that run or wait get to finish
    /// within the limit; with <see cref="ShutdownMode.Drain"/> their sessions stay attached until then. Calling it again answers with
    /// the first call's outcome. Not to be awaited in a handler: it would wait for itself.
    /// </summary>
    /// <param name="mode">Default: <see cref="AppServerOptions.OnShutdown"/>.</param>
    /// <param name="limit">From zero up. Default: <see cref="AppServerOptions.ShutdownLimit"/>.</param>
    /// <param name="cancellationToken">Cuts the limit short; the sessions end all the same.</param>
    public Task<ShutdownResult> ShutdownAsync(ShutdownMode? mode = null, TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        Gate.Close();
        lock (_gate) return _shutdown ??= EndSessionsAsync(mode ?? Options.OnShutdown, limit ?? Options.ShutdownLimit, cancellationToken);
    }

    async Task<ShutdownResult> EndSessionsAsync(ShutdownMode mode, TimeSpan limit, CancellationToken cancellation)
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
        var result = new ShutdownResult(mode, sessions.Length, ends.Count(end => end.Released), isQuiet && ends.All(end => end.Finished));
        LogShutdownDone(Options.PackageName, mode, result.Sessions, result.Released, result.HandlersFinished);
        return result;
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
