using Lifecycle.Sdk.Negotiation;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Sessions;

/// <summary>What every session of one <see cref="AppServer"/> works with.</summary>
sealed record SessionContext(
    AppServerOptions Options,
    NegotiateClient Negotiator,
    ILoggerFactory Loggers,
    TimeProvider Time,
    Func<double> Random)
{
    /// <summary>
    /// Turns to make an attempt. Thousands of sessions that lose their sockets together and all try at once end up in step, each of them
    /// too slow for its time: one after the other they are back within it.
    /// </summary>
    public SemaphoreSlim Turns { get; } = new(Options.MaxAttemptsAtOnce);
}
