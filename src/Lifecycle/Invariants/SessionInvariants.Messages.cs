namespace Lifecycle;

/// <content>Rule 13 and the mailbox: to whom something is said, what is kept, and what was given up.</content>
public static partial class SessionInvariants
{
    static void MailboxFits(SessionCase judged)
    {
        var (before, after) = (judged.Before.Mailbox, judged.After.Mailbox);
        // What is carried over from another installation has the numbers that it had there.
        if (after.LastSeq < before.LastSeq && judged.After.State != AppState.None && judged.Event is not CarriedOver)
        {
            judged.Break(Invariants.NumbersNeverFall, $"The newest message's number went from {before.LastSeq} to {after.LastSeq}.");
        }

        if (!IsInOrder(after) && IsInOrder(before))
        {
            judged.Break(Invariants.NumbersNeverFall, $"{after.Kept.Length} messages are kept out of order, or beyond number {after.LastSeq}.");
        }

        if (after.Kept.Length > before.Kept.Length && judged.Event is MessagePosted && !IsWithin(after, judged.Policy))
        {
            judged.Break(Invariants.BufferWithinPolicy, $"{after.Kept.Length} messages are kept, where the policy has room for {judged.Policy.BufferedMessages} and {judged.Policy.BufferedBytes} bytes.");
        }

        SaidToAttachment(judged);
        EvictionIsTold(judged);
    }

    static bool IsInOrder(Mailbox mailbox)
    {
        var last = 0L;
        foreach (var message in mailbox.Kept)
        {
            if (message.Seq <= last)
            {
                return false;
            }

            last = message.Seq;
        }

        return last <= mailbox.LastSeq && mailbox.SentUpTo <= mailbox.LastSeq;
    }

    // Each text takes a byte a character at the least. What its escapes take more is not counted, or judging a full mailbox would cost as much as posting to it.
    static bool IsWithin(Mailbox mailbox, Policy policy)
    {
        var bytes = 0L;
        foreach (var message in mailbox.Kept)
        {
            bytes += KeptMessage.Envelope + message.Body.Length;
        }

        return mailbox.Kept.Length <= policy.BufferedMessages && bytes <= Math.Min(policy.BufferedBytes, Policy.MostBufferedBytes);
    }

    static void SaidToAttachment(SessionCase judged)
    {
        var (after, isGreeted, last) = (judged.After, false, 0L);
        var attachment = after.State == AppState.Running ? after.Attachment : null;
        foreach (var effect in judged.Decision.Effects)
        {
            switch (effect)
            {
                case SendAck ack:
                    isGreeted = attachment is not null && ack.ConnectionId == attachment.ConnectionId && ack.Ack.Epoch == after.Epoch;
                    if (!isGreeted)
                    {
                        judged.Break(Invariants.AckToAttachment, $"{ack.ConnectionId ?? "Whoever is there"} is greeted in epoch {ack.Ack.Epoch}, and {Here(judged)} is attached in epoch {after.Epoch}.");
                    }

                    break;
                case SendMessage message:
                    if (attachment is null || message.ConnectionId != attachment.ConnectionId || message.Seq <= last || message.Seq > after.Mailbox.LastSeq)
                    {
                        judged.Break(Invariants.MessagesToAttachment, $"Message {message.Seq} goes to {message.ConnectionId} after {last}, and {Here(judged)} is attached, whose newest is {after.Mailbox.LastSeq}.");
                    }

                    last = message.Seq;
                    break;
            }
        }

        if (judged.IsAttached && !isGreeted)
        {
            judged.Break(Invariants.AckToAttachment, $"{Here(judged)} is attached and is not greeted.");
        }
    }

    static string Here(SessionCase judged) => judged.After.Attachment is { } attachment ? attachment.ConnectionId ?? "a connection without a name" : "nobody";

    static void EvictionIsTold(SessionCase judged)
    {
        var (letters, reports) = (0, 0);
        foreach (var effect in judged.Decision.Effects)
        {
            letters += effect is DeadLetter ? 1 : 0;
            reports += effect is TellApp { Event: SessionGivenUp } ? 1 : 0;
        }

        // One that was given up at another installation was told of there.
        var expected = judged.After.State == AppState.Evicted && judged.Before.State != AppState.Evicted && judged.Event is not CarriedOver ? 1 : 0;
        if ((letters, reports) != (expected, expected))
        {
            judged.Break(
                Invariants.EvictionIsTold,
                $"{NameOf(judged.Event)} made {judged.After.State.WireName()} of {judged.Before.State.WireName()} with {letters} dead letters and {reports} reports to the gate.");
        }
    }

    // Not while the process before may still say what it finished. What the next one says that it was given it has.
    static void UnfinishedIsGiven(SessionCase judged)
    {
        var (before, after) = (judged.Before, judged.After);
        if (judged.Event is MessagesDone || before.State == AppState.Running || before.Mailbox.DoneUpTo is not { } done || before.InstanceId == after.InstanceId || after.Predecessor is not null
            || after is not { State: AppState.Running, Attachment: { ConnectionId: not null, Resumed: true, Tells: true } })
        {
            return;
        }

        var claimed = ((judged.Event as HubCall)?.Negotiated ?? judged.Event as Connected)?.LastSeq ?? 0;
        foreach (var open in before.Mailbox.Kept)
        {
            if (open.Seq > done && open.Seq > claimed && !IsGivenOrLost(judged, open.Seq))
            {
                judged.Break(Invariants.UnfinishedGoesOn, $"Message {open.Seq} was not finished by {before.InstanceId}, and {after.InstanceId} does not get it.");
            }
        }
    }

    static bool IsGivenOrLost(SessionCase judged, long seq)
    {
        foreach (var effect in judged.Decision.Effects)
        {
            if (effect is SendMessage sent && sent.Seq == seq || effect is LoseMessage lost && lost.Seq == seq)
            {
                return true;
            }
        }

        return false;
    }
}
