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
    public Task<MessageReceipt?> WaitForAsync(DurableTaskClient client, AppSessionId id, string messageId, CancellationToken cancellation) =>
        PollAsync(client, id, patience, session => ReceiptOf(session, messageId), cancellation);

    /// <summary>
    /// The receipt of a message once the app has handled it; the one that is known when the time is over, or at once when the app does not tell what it handles.
    /// </summary>
    public async Task<MessageReceipt> WaitUntilHandledAsync(
        DurableTaskClient client, AppSessionId id, MessageReceipt first, TimeSpan most, CancellationToken cancellation)
    {
        var known = first;
        var settled = await PollAsync(client, id, most, session => Rules.IsSettled(known = Latest(session, known), session) ? known : null, cancellation);
        return settled ?? known;
    }

    async Task<MessageReceipt?> PollAsync(
        DurableTaskClient client, AppSessionId id, TimeSpan most, Func<AppSession?, MessageReceipt?> find, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var wait = firstWait; ; wait = wait < longestWait ? wait * 2 : longestWait)
        {
            var entity = await client.Entities.GetEntityAsync<AppSessionDocument>(AppSessionEntity.IdOf(id), cancellation: cancellation);
            if (find(entity?.State?.Existing) is { } receipt)
            {
                return receipt;
            }

            if (time.GetElapsedTime(start) > most)
            {
                return null;
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    // Receipts are forgotten after a while.
    static MessageReceipt Latest(AppSession? session, MessageReceipt known) => ReceiptOf(session, known.Id) ?? known;

    // A session that was forgotten meanwhile answers by not being there.
    static MessageReceipt? ReceiptOf(AppSession? session, string messageId) => session is null
        ? new MessageReceipt(messageId, default, MessageOutcome.Refused, 0, AppState.None, Reasons.NotAttached)
        : session.Mailbox.ReceiptOf(messageId);
}
