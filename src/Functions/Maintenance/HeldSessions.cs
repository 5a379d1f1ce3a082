using Lifecycle.Entities;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Maintenance;

/// <summary>
/// Tells the sessions that were held back while no client could open a socket that one can. They would look for themselves, the later the longer it lasted;
/// this way the app that died meanwhile is found as soon as everybody has had a whole grace window. If this process ends before that, the next sweep of
/// <see cref="Reconcile"/> tells them.
/// </summary>
public sealed partial class HeldSessions(IServiceWatch watch, StoredEntities stored, Policy fleet, TimeProvider time, ILogger<HeldSessions> logger) : IHostedService
{
    const int PageSize = 500;

    DurableTaskClient? reach;

    /// <summary>A function has a client: with it the sessions can be reached later, when no function runs.</summary>
    public void Reachable(DurableTaskClient client) => reach = client;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        watch.OnBack(TellAsync);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // By then those whose apps live are attached, and cost nothing.
    async Task TellAsync(DateTimeOffset backAt, CancellationToken cancellation)
    {
        await Task.Delay(Rules.ToldBackIn(backAt, time.GetUtcNow(), fleet), time, cancellation);
        if (reach is not { } client)
        {
            return;
        }

        var told = 0;
        await foreach (var (id, session) in stored.AppSessionsAsync(client, PageSize, cancellation: cancellation))
        {
            if (Rules.BackTo(session, backAt) is { } back)
            {
                await client.TellAsync(id, AppSessionEntity.OperationOf(back), back, cancellation);
                told++;
            }
        }

        LogTold(told);
    }

    [LoggerMessage(4107, LogLevel.Information, "The SignalR service is back for a whole grace window; {Sessions} sessions whose apps have not come back were told")]
    partial void LogTold(int sessions);
}
