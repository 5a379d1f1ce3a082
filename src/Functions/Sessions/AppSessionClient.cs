using Lifecycle.Entities;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>Reaches app sessions from functions.</summary>
static class AppSessionClient
{
    /// <summary>Tells an app session something, with the trace that it happens in.</summary>
    /// <param name="client">Reaches it.</param>
    /// <param name="id">The app session.</param>
    /// <param name="operation">The operation of <see cref="AppSessionEntity"/> that handles it.</param>
    /// <param name="told">What it is told.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task TellAsync(
        this DurableTaskClient client, AppSessionId id, string operation, SessionEvent told, CancellationToken cancellation = default)
    {
        using var span = LifecycleTracing.Telling(id, operation);
        await client.Entities.SignalEntityAsync(
            AppSessionEntity.IdOf(id), operation, told with { Trace = LifecycleTracing.Here }, cancellation: cancellation);
    }
}
