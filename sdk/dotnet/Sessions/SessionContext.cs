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
    /// <summary>Turns to make an attempt.</summary>
    public Turns Turns { get; } = new(Options.MaxAttemptsAtOnce);

    /// <summary>What was heard of the durable engine.</summary>
    public EngineOutlook Engine { get; } = new(Time);
}
