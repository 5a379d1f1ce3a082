using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>A queue, and its poison queue, which is made when it is missing.</summary>
sealed class QueueStore(QueueServiceClient service, string name)
{
    readonly QueueClient _queue = service.GetQueueClient(name);
    readonly QueueClient _poison = service.GetQueueClient(name + "-poison");

    public string Name => name;

    public string PoisonName => _poison.Name;

    /// <summary>Takes up to so many messages and hides them for a time.</summary>
    /// <exception cref="RequestFailedException">The service is down or refuses.</exception>
    public async Task<QueueMessage[]> ReceiveAsync(int most, TimeSpan hidden, CancellationToken cancellation) =>
        (await _queue.ReceiveMessagesAsync(most, hidden, cancellation)).Value;

    /// <summary>Whether there was nothing to take because the queue is not there. As in Azure, nobody makes it but the app or its sender.</summary>
    public static bool IsMissing(Exception exception) => exception is RequestFailedException failed && failed.ErrorCode == QueueErrorCode.QueueNotFound;

    /// <summary>Hides a message from now on for a time. Returns the receipt that the next change needs.</summary>
    /// <exception cref="RequestFailedException">The service is down, or somebody else has the message.</exception>
    public async Task<string> HideAsync(string message, string receipt, TimeSpan hidden) =>
        (await _queue.UpdateMessageAsync(message, receipt, (string?)null, hidden)).Value.PopReceipt;

    /// <exception cref="RequestFailedException">The service is down, or somebody else has the message.</exception>
    public Task DeleteAsync(string message, string receipt) => _queue.DeleteMessageAsync(message, receipt);

    /// <summary>Whether a change failed because the message is gone, or somebody else has it.</summary>
    public static bool IsLost(Exception exception) => exception is RequestFailedException failed
        && (failed.ErrorCode == QueueErrorCode.MessageNotFound || failed.ErrorCode == QueueErrorCode.PopReceiptMismatch);

    /// <summary>Copies a text to the poison queue.</summary>
    /// <exception cref="RequestFailedException">The service is down or refuses.</exception>
    public async Task CopyToPoisonAsync(string text)
    {
        try
        {
            await _poison.SendMessageAsync(text);
        }
        catch (RequestFailedException e) when (e.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await _poison.CreateIfNotExistsAsync();
            await _poison.SendMessageAsync(text);
        }
    }
}
