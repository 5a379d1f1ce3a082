using Lifecycle.Sdk.Sessions;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk;

/// <summary>The streams that the app listens to: one set, known to both sides by its version.</summary>
public sealed partial class AttachedSession
{
    const int MaxReplacements = 5;

    readonly SubscriptionSet _subscriptions = new();
    readonly SemaphoreSlim _oneChange = new(1, 1);
    volatile string[]? _wanted;
    volatile Func<SessionAck, IEnumerable<string>?>? _choice;

    /// <summary>The server's set of streams as last heard.</summary>
    public IReadOnlyList<string> Subscriptions => _subscriptions.Current.Streams;

    /// <summary>The version of <see cref="Subscriptions"/>.</summary>
    public long SubscriptionsVersion => _subscriptions.Current.Version;

    /// <summary>
    /// Says after every ack which streams the app wants: null keeps the server's set, anything else (the empty set included) replaces
    /// it. Without a choice the set that this process put in force last is put in force again wherever the server's differs.
    /// Set it in <see cref="AttachOptions.Configure"/> or <see cref="AppServer.ConfigureSessions"/>. It must not wait for anything.
    /// </summary>
    public void ChooseSubscriptions(Func<SessionAck, IEnumerable<string>?> choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        _choice = choice;
    }

    /// <summary>
    /// Replaces the set of streams that the app is subscribed to, naming the version it knows. If the server's set has
    /// changed meanwhile the answer is not accepted and carries that set.
    /// </summary>
    /// <param name="streams">At most 1,000; each 1 to 128 characters of <c>A-Z a-z 0-9 . _ - @ + / :</c>. Doubles are dropped; empty is honoured.</param>
    /// <param name="cancellationToken">Stops waiting; the change may still happen.</param>
    /// <exception cref="ArgumentException">Too many streams, or a name that is not one.</exception>
    /// <exception cref="InvalidOperationException">The session is not attached now, or lost its connection meanwhile.</exception>
    /// <exception cref="HubCallException">Lifecycle refused the call.</exception>
    /// <exception cref="TimeoutException">No answer within <see cref="AppServerOptions.CallTimeout"/>.</exception>
    public async Task<SubscriptionsResult> SetSubscriptionsAsync(IEnumerable<string> streams, CancellationToken cancellationToken = default)
    {
        var wanted = CheckStreams(streams);
        await _oneChange.WaitAsync(cancellationToken);
        try
        {
            var result = await ReplaceAsync(RequireAttached(), wanted, cancellationToken);
            if (result.Accepted) _wanted = wanted;
            return result;
        }
        finally
        {
            _oneChange.Release();
        }
    }

    async Task<SubscriptionsResult> ReplaceAsync(LifecycleConnection connection, string[] wanted, CancellationToken cancellationToken)
    {
        var pending = _subscriptions.Begin(wanted);
        try
        {
            return await CallAsync(connection, async cancellation =>
            {
                await connection.CallAsync("setSubscriptions", [wanted, pending.Version], cancellation);
                return await pending.Result.Task.WaitAsync(cancellation);
            }, "setSubscriptions", cancellationToken);
        }
        finally
        {
            _subscriptions.End(pending);
        }
    }

    // After every ack: the server's set stands unless the app wants another one. Each refusal brings the newer set to name.
    async Task PutWantedInForceAsync(LifecycleConnection connection)
    {
        await _oneChange.WaitAsync();
        try
        {
            for (var tries = 0; tries < MaxReplacements && IsCurrent(connection) && Wanted() is { } wanted; tries++)
            {
                var result = await ReplaceAsync(connection, wanted, default);
                if (result.Accepted) _wanted = wanted;
            }
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or HubCallException or HubException or ArgumentException)
        {
            LogNotSubscribed(SessionId, e.Message);
            // Deaf is worse than reconnecting: the next ack is the next try.
            if (e is TimeoutException) await connection.DisposeAsync();
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>What to put in force instead of the server's set; null when that is what the app wants.</summary>
    string[]? Wanted()
    {
        var ack = Ack! with { Subscriptions = _subscriptions.Current.Streams, SubscriptionsVersion = _subscriptions.Current.Version };
        var wanted = _choice is { } choice ? choice(ack) is { } chosen ? CheckStreams(chosen) : null : _wanted;
        return wanted is null || ack.Subscriptions.ToHashSet().SetEquals(wanted) ? null : wanted;
    }

    static string[] CheckStreams(IEnumerable<string> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var set = streams.Distinct(StringComparer.Ordinal).Take(WireRules.MaxStreams + 1).ToArray();
        if (set.Length > WireRules.MaxStreams)
            throw new ArgumentException($"At most {WireRules.MaxStreams} streams", nameof(streams));
        if (set.FirstOrDefault(stream => !WireRules.IsStream(stream)) is { } bad)
            throw new ArgumentException($"'{bad}' is not a stream name: 1 to {WireRules.MaxIdLength} characters of A-Z a-z 0-9 . _ - @ + / :", nameof(streams));
        return set;
    }
}
