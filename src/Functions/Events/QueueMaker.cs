using Azure.Storage.Queues;
using Lifecycle.Functions.Commands;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Events;

/// <summary>
/// Makes the queues that the app reads and writes, beside everything else, and tries until they are there. A queue trigger does not make its
/// queue: the Functions host would warn of it with every look, until somebody sends the first command.
/// </summary>
sealed partial class QueueMaker(QueueServiceClient service, TimeProvider time, ILogger<QueueMaker> logger) : BackgroundService
{
    static readonly TimeSpan firstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan longestPause = TimeSpan.FromMinutes(1);

    /// <summary>Every queue of the app; a poison queue is the host's.</summary>
    public static IReadOnlyList<string> Queues { get; } = [CommandFunctions.Queue, QueueEventSink.Events, QueueEventSink.DeadLetters];

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Queues.Select(queue => MakeAsync(queue, stoppingToken)));

    async Task MakeAsync(string queue, CancellationToken stopping)
    {
        for (var (pause, isFirst) = (firstPause, true); !await TryAsync(queue, isFirst, stopping); isFirst = false)
        {
            await Task.Delay(pause, time, stopping);
            pause = pause * 2 < longestPause ? pause * 2 : longestPause;
        }
    }

    // Told once: what else is in the account is told of by whoever needs it.
    async Task<bool> TryAsync(string queue, bool isFirst, CancellationToken stopping)
    {
        try
        {
            await service.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: stopping);
            return true;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            if (isFirst)
            {
                LogNotMade(queue, QueueFailure.Reason(e));
            }

            return false;
        }
    }

    [LoggerMessage(3201, LogLevel.Warning, "The queue {Queue} cannot be made ({Reason}); it is tried again until it is there")]
    partial void LogNotMade(string queue, string reason);
}
