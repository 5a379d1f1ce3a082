using Lifecycle.Sdk.Sessions;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk;

/// <summary>The streams that the app wants, and making the server's set the same after every ack.</summary>
public sealed partial class AttachedSession
{
    static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    readonly SubscriptionSet _subscriptions = new();
    readonly SemaphoreSlim _oneChange = new(1, 1);
    Func<SessionAck, IEnumerable<string>?>? _choice;
    IReadOnlyList<string>? _wanted;
    long _newestWish;

    /// <summary>The server's set of streams as last heard.</summary>
    public IReadOnlyList<string> Subscriptions => _subscriptions.Current.Streams;

    /// <summary>The version of <see cref="Subscriptions"/>.</summary>
    public long SubscriptionsVersion => _subscriptions.Current.Version;

    /// <summary>
    /// Says after every ack, the first included, which streams the app wants: null keeps the server's set, anything else (the empty set
    /// included) replaces it. A replacement is repeated until it is in force; when the set has changed meanwhile, the choice is asked for
    /// again with the newer one. Without a choice the set that <see cref="SetSubscriptionsAsync"/> asked for last is put in force again
    /// wherever the server's differs. Set it in <see cref="AttachOptions.Configure"/> or <see cref="AppServer.ConfigureSessions"/>. It
    /// must not wait for anything; when it throws, that is logged and the rule without a choice applies.
    /// </summary>
    public void ChooseSubscriptions(Func<SessionAck, IEnumerable<string>?> choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        lock (_gate) _choice = choice;
    }

    /// <summary>
    /// Replaces the set of streams that the app is subscribed to, naming the version it knows. If the server's set has
    /// changed meanwhile the answer is not accepted and carries that set.
    /// </summary>
    /// <param name="streams">At most 1,000; each 1 to 128 characters of <c>A-Z a-z 0-9 . _ - @ + / :</c>, no part between slashes <c>.</c> or <c>..</c>. Doubles are dropped; empty is honoured.</param>
    /// <param name="cancellationToken">Stops waiting; the change may still happen.</param>
    /// <exception cref="ArgumentException">Too many streams, or a name that is not one.</exception>
    /// <exception cref="InvalidOperationException">The session is not attached now, or lost its connection meanwhile.</exception>
    /// <exception cref="HubCallException">Lifecycle refused the call.</exception>
    /// <exception cref="TimeoutException">No answer within <see cref="AppServerOptions.CallTimeout"/>.</exception>
    public async Task<SubscriptionsResult> SetSubscriptionsAsync(IEnumerable<string> streams, CancellationToken cancellationToken = default)
    {
        var wanted = WireRules.RequireStreams(streams, nameof(streams));
        await _oneChange.WaitAsync(cancellationToken);
        try
        {
            var connection = RequireAttached();
            lock (_gate) _newestWish++; // What an ack has set going must not overwrite this.
            return await ReplaceAsync(connection, wanted, cancellationToken);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    async Task<SubscriptionsResult> ReplaceAsync(IConnection connection, IReadOnlyList<string> wanted, CancellationToken cancellation)
    {
        var before = Want(wanted);
        var pending = _subscriptions.Begin(wanted);
        try
        {
            return await CallAsync(connection, async token =>
            {
                await connection.CallAsync("setSubscriptions", [wanted, pending.Version], token);
                return await pending.Result.Task.WaitAsync(token);
            }, "setSubscriptions", cancellation);
        }
        catch (HubCallException)
        {
            Want(before); // Never in force, so it is nothing to restore.
            throw;
        }
        finally
        {
            _subscriptions.End(pending);
        }
    }

    IReadOnlyList<string>? Want(IReadOnlyList<string>? wanted)
    {
        lock (_gate)
        {
            var before = _wanted;
            _wanted = wanted;
            return before;
        }
    }

    /// <summary>
    /// After an ack: an app whose set is not in force is deaf and does not know, so this gives up when the connection is gone and
    /// not before.
    /// </summary>
    async Task ReconcileAsync(IConnection connection, long wish)
    {
        await Task.Yield(); // The app decides, and not on the receive loop.
        try
        {
            for (var tries = 1; ; tries++)
            {
                var retryIn = WaitAfter(tries);
                if (await IsInForceAsync(connection, wish, retryIn)) return;
                await Task.Delay(retryIn, _context.Time, _ending.Token);
            }
        }
        catch (TimeoutException e)
        {
            LogReviveFailed(SessionId, e.Message);
            await connection.DisposeAsync(); // A connection on which nobody answers is none.
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException)
        {
            LogReplaceCutShort(SessionId, e.Message); // The next ack asks anew, if there is one.
        }
    }

    /// <summary>The set that the app wants, seeing the server's; null when it keeps that.</summary>
    IReadOnlyList<string>? Choose()
    {
        Func<SessionAck, IEnumerable<string>?>? choice;
        IReadOnlyList<string>? wanted;
        SessionAck ack;
        lock (_gate) (choice, wanted, ack) = (_choice, _wanted, _ack!);
        if (choice is null) return wanted;
        var (streams, version) = _subscriptions.Current;
        try
        {
            var chosen = choice(ack with { Subscriptions = streams, SubscriptionsVersion = version });
            if (chosen is not null) return WireRules.RequireStreams(chosen, nameof(choice));
            Want(streams);
            return null;
        }
        catch (Exception e)
        {
            LogChoiceFailed(SessionId, e);
            return wanted;
        }
    }

    /// <summary>Asks for the set once if another one is in force. True when nothing is left to do.</summary>
    async Task<bool> IsInForceAsync(IConnection connection, long wish, TimeSpan retryIn)
    {
        await _oneChange.WaitAsync(_ending.Token);
        try
        {
            lock (_gate)
            {
                if (_connection != connection || _newestWish != wish) return true;
            }
            if (Choose() is not { } wanted) return true;
            if (_subscriptions.Is(wanted))
            {
                Want(wanted);
                return true;
            }
            var result = await ReplaceAsync(connection, wanted, _ending.Token);
            LogReplaced(SessionId, wanted.Count, result.Accepted);
            return result.Accepted;
        }
        catch (Exception e) when (e is HubCallException or HubException)
        {
            LogSubscriptionsRefused(SessionId, retryIn, e.Message);
            Refused(new RefusedAttempt(RefusalCode.SubscriptionsRefused, e.Message) { RetryIn = retryIn });
            return false;
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>At once after the first try: the newer set has just come. Whoever keeps changing it gets more and more time.</summary>
    TimeSpan WaitAfter(int tries)
    {
        if (tries == 1) return TimeSpan.Zero;
        var wait = FirstRetry * Math.Pow(2, Math.Min(tries - 2, 16));
        return (wait < LongestRetry ? wait : LongestRetry) * (0.5 + _context.Random() / 2);
    }
}
