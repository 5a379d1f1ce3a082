using Lifecycle.Sdk.Negotiation;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Sessions;

/// <summary>What every session of one <see cref="AppServer"/> works with.</summary>
sealed record SessionContext(
    AppServerOptions Options,
    NegotiateClient Negotiator,
    Connect Connect,
    ILoggerFactory Loggers,
    TimeProvider Time,
    Func<double> Random)
{
    Uri _address = Options.LifecycleUrl!;

    /// <summary>Turns to make an attempt.</summary>
    public Turns Turns { get; } = new(Options.MaxAttemptsAtOnce);

    /// <summary>So many sessions ask for a successor at a time.</summary>
    public SemaphoreSlim HandOverLanes { get; } = new(32);

    /// <summary>Base address of the Lifecycle that new sessions go to: the configured one, until all sessions have moved.</summary>
    public Uri Address
    {
        get => Volatile.Read(ref _address);
        set => Volatile.Write(ref _address, value);
    }

    /// <summary>Told that a session has moved to another address.</summary>
    public required Action Moved { get; init; }

    /// <summary>What was heard of the durable engine.</summary>
    public EngineOutlook Engine { get; } = new(Time);
}
