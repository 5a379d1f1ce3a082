namespace Lifecycle.Sdk;

/// <summary>How an app server leaves.</summary>
public enum ShutdownMode
{
    /// <summary>This process goes, the app stays: sessions are left to Lifecycle, which starts them again, elsewhere or here later.</summary>
    Drain,

    /// <summary>The app is done with its sessions: each is released, and none is started again.</summary>
    Goodbye,
}

/// <summary>The end of a process, in the right order.</summary>
public sealed partial class AppServer
{
    const int GoodbyesAtOnce = 16;

    int _leaving;

    /// <summary>Whether it takes no more webhooks: they are answered with 503, so that Lifecycle asks again later.</summary>
    public bool IsLeaving => Volatile.Read(ref _leaving) != 0;

    /// <summary>Takes no more webhooks from now on. The first step of <see cref="ShutdownAsync"/>; earlier is better.</summary>
    public void StopTakingWebhooks() => Volatile.Write(ref _leaving, 1);

    /// <summary>
    /// Leaves: takes no more webhooks, says goodbye to every session or says nothing, closes the connections, and lets handlers that
    /// run come to their end. Returns when that is done or the limit is over; then <see cref="DisposeAsync"/> is all that is left.
    /// </summary>
    /// <param name="mode">Drain, when another process takes over; goodbye, when nobody should.</param>
    /// <param name="limit">How long handlers may run and goodbyes may take. Default: <see cref="AppServerOptions.ShutdownLimit"/>.</param>
    /// <param name="cancellationToken">Ends the wait earlier.</param>
    /// <returns>False when something was still under way at the limit.</returns>
    public async Task<bool> ShutdownAsync(ShutdownMode mode, TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        StopTakingWebhooks();
        using var clock = new CancellationTokenSource(limit ?? Options.ShutdownLimit, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        var sessions = Sessions;
        LogLeaving(mode, sessions.Count);
        try
        {
            if (mode == ShutdownMode.Goodbye)
            {
                foreach (var some in sessions.Chunk(GoodbyesAtOnce))
                    await Task.WhenAll(some.Select(session => session.ReleaseAsync(either.Token)));
            }
            await Task.WhenAll(sessions.Select(session => session.CloseAsync())).WaitAsync(either.Token);
            await Task.WhenAll(sessions.Select(session => session.Drained)).WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            LogLeftEarly();
            return false;
        }
    }
}
