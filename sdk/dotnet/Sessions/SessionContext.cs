using Lifecycle.Sdk.Negotiation;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Sessions;

/// <summary>What every session of one <see cref="AppServer"/> works with.</summary>
sealed record SessionContext(
    AppServerOptions Options,
    NegotiateClient Negotiator,
    ILoggerFactory Loggers,
    TimeProvider Time,
    Func<double> Random);
