using Lifecycle.Sdk.Negotiation;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Sessions;

/// <summary>One negotiated connection, used once: opened, listened to, closed.</summary>
interface IConnection : IAsyncDisposable
{
    /// <summary>Completes with the first ack.</summary>
    Task Acked { get; }

    /// <summary>Completes when an opened connection is lost, with the error text if there was one.</summary>
    Task<string?> Closed { get; }

    void Listen(string target);

    Task StartAsync(CancellationToken cancellation);

    /// <summary>Calls a hub method.</summary>
    /// <exception cref="HubCallException">Lifecycle answered with an error.</exception>
    Task CallAsync(string method, object?[] arguments, CancellationToken cancellation);
}

/// <summary>Makes a connection that is not open yet; tests make their own.</summary>
delegate IConnection Connect(NegotiateOutcome.Redirect redirect, IConnectionEvents events, IEnumerable<string> targets, ILoggerFactory loggers);
