using Lifecycle.Entities;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Runs;

/// <summary>
/// The last look before a webhook: a connection that the service knows and the entity does not means that its
/// <c>connected</c> event was lost.
/// </summary>
public sealed class LookForConnection(IAppConnections connections)
{
    /// <summary>The activity. A service that cannot be asked fails it; the run asks again.</summary>
    [Function(nameof(LookForConnection))]
    public Task<bool> Run([ActivityTrigger] AppSessionId id, CancellationToken cancellation) => connections.ExistsAsync(id, cancellation);
}
