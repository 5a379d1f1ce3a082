using Lifecycle.Sdk.Sessions;

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
    /// Leaves: takes on nothing more and ends every session, by a goodbye or without one. In a hand-over each session stays attached and served until
    /// another process has taken it over, for at most <see cref="AppServerOptions.HandOverLimit"/>; a drain of what is left follows. Handlers that run or
    /// wait get to finish within the limit; in a drain their sessions stay attached until then. Returns when that is done or the limit is over; then
    /// <see cref="DisposeAsync"/> is all that is left. Calling it again answers as the first call. Not to be awaited in a handler: it
    /// would wait for itself.
    /// </summary>
    /// <param name="mode">Hand over, when another process is there to take over, or drain, when it may come later; goodbye, when nobody should.</param>
    /// <param name="limit">How long handlers may run and goodbyes may take, behind a hand-over; from zero up. Default: <see cref="AppServerOptions.ShutdownLimit"/>.</param>
    /// <param name="cancellationToken">Cuts the limit short; the sessions end all the same.</param>
    /// <returns>False when something was still under way at the limit, or a goodbye could not be said.</returns>
    public Task<bool> ShutdownAsync(ShutdownMode mode, TimeSpan? limit = null, CancellationToken cancellationToken = default) =>
        ShutdownWithinAsync(mode, Options.HandOverLimit, limit ?? Options.ShutdownLimit, cancellationToken);

    /// <summary>The same with another limit for the hand-over.</summary>
    internal Task<bool> ShutdownWithinAsync(ShutdownMode mode, TimeSpan handOverLimit, TimeSpan limit, CancellationToken cancellation)
    {
        Gate.Close();
        lock (_gate) return _shutdown ??= EndSessionsAsync(mode, handOverLimit, limit, cancellation);
    }

    async Task<bool> EndSessionsAsync(ShutdownMode mode, TimeSpan handOverLimit, TimeSpan limit, CancellationToken cancellation)
    {
        await Task.Yield(); // Off the lock of the caller.
        AttachedSession[] sessions = [.. Sessions];
        var isHandOver = mode == ShutdownMode.HandOver && handOverLimit > TimeSpan.Zero;
        LogShutdownBegun(Options.PackageName, mode, sessions.Length, isHandOver ? handOverLimit : TimeSpan.Zero, limit);
        if (isHandOver) await Task.WhenAll(sessions.Select(session => session.HandOverAsync(handOverLimit, cancellation)));
        using var clock = new CancellationTokenSource(limit, _context.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        using var lanes = new SemaphoreSlim(GoodbyeLanes);
        var webhooks = HappensAsync(Gate.Empty, over.Token);
        var ends = await Task.WhenAll(sessions.Select(session => EndAsync(session, mode, lanes, over.Token)));
        var isQuiet = await webhooks;
        await Gate.EndAsync();
        await StopRelayAsync(over.Token);
        var released = ends.Count(end => end.Released);
        var isFinished = isQuiet && ends.All(end => end.Finished);
        LogShutdownDone(Options.PackageName, mode, sessions.Length, sessions.Count(session => session.IsHandedOver), released, isFinished);
        return isFinished && (mode != ShutdownMode.Goodbye || released == sessions.Length);
    }

    static async Task<(bool Released, bool Finished)> EndAsync(AttachedSession session, ShutdownMode mode, SemaphoreSlim lanes, CancellationToken over)
    {
        var isReleased = false;
        var reason = new EndReason(EndKind.Closed, "the app server shuts down");
        if (mode == ShutdownMode.Goodbye) isReleased = await ReleaseAsync(session, lanes, over);
        else await session.DrainAsync(reason, over);
        await session.EndAsync(reason);
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
        await task.WaitAsync(over).Quietly();
        return task.IsCompletedSuccessfully;
    }
}
