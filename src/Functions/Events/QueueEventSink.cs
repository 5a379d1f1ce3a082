using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Lifecycle.Entities;

namespace Lifecycle.Functions.Events;

/// <summary>Events and dead letters as messages of two storage queues, each made when it is missing. The text is the CloudEvent.</summary>
public sealed class QueueEventSink(QueueServiceClient service) : IEventSink
{
    /// <summary>The queue of events.</summary>
    public const string Events = "lifecycle-events";

    /// <summary>The queue of dead letters.</summary>
    public const string DeadLetters = "resurrection-dead-letter";

    // A message that nobody took would otherwise vanish after seven days.
    static readonly TimeSpan forEver = TimeSpan.FromSeconds(-1);

    readonly QueueClient events = service.GetQueueClient(Events);
    readonly QueueClient deadLetters = service.GetQueueClient(DeadLetters);

    /// <inheritdoc/>
    public async Task SendAsync(OutboxRecord record, CancellationToken cancellation)
    {
        var queue = record.Destination == OutboxDestination.DeadLetters ? deadLetters : events;
        try
        {
            await SendAsync(queue, record.Body, cancellation);
        }
        catch (RequestFailedException e)
        {
            throw new EventSinkException($"queue {queue.Name}: {QueueFailure.Reason(e)}", e) { IsFinal = QueueFailure.IsAboutTheMessage(e) };
        }
    }

    static async Task SendAsync(QueueClient queue, string text, CancellationToken cancellation)
    {
        try
        {
            await queue.SendMessageAsync(text, visibilityTimeout: null, forEver, cancellation);
        }
        catch (RequestFailedException e) when (e.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellation);
            await queue.SendMessageAsync(text, visibilityTimeout: null, forEver, cancellation);
        }
    }
}
