using Lifecycle.Entities;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>Waits for what an app session says of a message. The entity was signaled; its state is where the answer appears.</summary>
public sealed class Receipts(TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan firstWait = TimeSpan.FromMilliseconds(2);
    static readonly TimeSpan longestWait = TimeSpan.FromMilliseconds(200);

    /// <summary>The receipt of a message; null when there is none after five seconds.</summary>
    public async Task<MessageReceipt?> WaitForAsync(DurableTaskClient client, AppSessionId id, string messageId, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var wait = firstWait; ; wait = wait < longestWait ? wait * 2 : longestWait)
        {
            var entity = await client.Entities.GetEntityAsync<AppSessionDocument>(AppSessionEntity.IdOf(id), cancellation: cancellation);
            if (ReceiptOf(entity?.State?.Existing, messageId) is { } receipt)
            {
                return receipt;
            }

            if (time.GetElapsedTime(start) > patience)
            {
                return null;
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    // A session that was forgotten meanwhile answers by not being there.
    static MessageReceipt? ReceiptOf(AppSession? session, string messageId) => session is null
        ? new MessageReceipt(messageId, default, MessageOutcome.Refused, 0, AppState.None, Reasons.NotAttached)
        : session.Mailbox.ReceiptOf(messageId);
}
