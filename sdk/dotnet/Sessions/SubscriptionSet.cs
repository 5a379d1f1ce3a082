namespace Lifecycle.Sdk.Sessions;

/// <summary>
/// The server's set of streams as last heard, and the one change that may be under way. Lifecycle's answers carry no
/// request id, so changes go out one at a time.
/// </summary>
sealed class SubscriptionSet
{
    readonly Lock _gate = new();
    IReadOnlyList<string> _streams = [];
    long _version;
    Pending? _pending;

    /// <summary>Streams and version, taken together.</summary>
    public (IReadOnlyList<string> Streams, long Version) Current
    {
        get
        {
            lock (_gate) return (_streams, _version);
        }
    }

    /// <summary>The ack of a new connection: its set stands, and no answer will come on the old one.</summary>
    public void Replace(IReadOnlyList<string> streams, long version)
    {
        lock (_gate) (_streams, _version) = (streams, version);
    }

    /// <summary>Whether the server's set has these streams and no others.</summary>
    public bool Is(IReadOnlyList<string> streams)
    {
        lock (_gate) return new HashSet<string>(streams, StringComparer.Ordinal).SetEquals(_streams);
    }

    /// <summary>Announces a change that is about to be sent.</summary>
    public Pending Begin(IReadOnlyList<string> wanted)
    {
        lock (_gate) return _pending = new Pending(wanted, _version);
    }

    /// <summary>The change is answered or given up.</summary>
    public void End(Pending pending)
    {
        lock (_gate)
        {
            if (_pending == pending) _pending = null;
        }
    }

    /// <summary>An answer came, or an unasked update.</summary>
    public void Answer(SubscriptionsResult result)
    {
        lock (_gate)
        {
            (_streams, _version) = (result.Subscriptions, result.Version);
            if (_pending is { } pending && (!result.Accepted || pending.IsMetBy(result.Subscriptions)))
                pending.Result.TrySetResult(result);
        }
    }

    /// <summary>A change under way.</summary>
    internal sealed class Pending(IReadOnlyList<string> wanted, long version)
    {
        public long Version { get; } = version;

        public TaskCompletionSource<SubscriptionsResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>An accepted set other than the wanted one answers an earlier change whose caller has stopped waiting.</summary>
        public bool IsMetBy(IReadOnlyList<string> streams) => new HashSet<string>(wanted).SetEquals(streams);
    }
}
