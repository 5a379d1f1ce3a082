namespace Lifecycle.Tests.State;

public sealed class MailboxTests
{
    static readonly Policy three = Policy.Default with { BufferedMessages = 3 };

    // Room for two messages and ten bytes of text in them; each has quotes around it.
    static readonly Policy tenBytes = Policy.Default with { BufferedBytes = (2 * (KeptMessage.Envelope + 2)) + 10 };

    static Mailbox Of(params string[] bodies) => bodies.Aggregate(Mailbox.Empty, (mailbox, body) => mailbox.With(body, Walk.Start, three)!);

    [Fact]
    public void With_WhenAllThatIsThereWaits_HasNoRoom()
    {
        Assert.Null(Of("1", "2", "3").With("4", Walk.Start, three));
        Assert.Null(Of("12345", "6789").With("a", Walk.Start, tenBytes));
        Assert.Null(Of("12345").With("äöü", Walk.Start, tenBytes)); // bytes count, not characters
        Assert.NotNull(Of("12345").With("äö1", Walk.Start, tenBytes));
    }

    // 65,536 bytes were 276 KiB of state, and the allowed maximum 4.4 MiB, which no backend takes: bodies were counted as they came, and stored with six
    // bytes for each quote.
    [Fact]
    public void With_OfATextWithQuotes_CountsTheirEscapesToo()
    {
        Assert.Null(Of("12345").With("\"ab\"", Walk.Start, tenBytes));
        Assert.NotNull(Of("12345").With("\"a\"", Walk.Start, tenBytes));
    }

    // An app that was registered when more was allowed must not fill a state that nobody takes.
    [Fact]
    public void With_OfAPolicyThatAllowsMoreThanIsAllowedNow_HasNoMoreRoom()
    {
        var policy = Policy.Default with { BufferedBytes = 10_000_000, BufferedMessages = 10_000 };
        Assert.NotEmpty(policy.Validate());
        var mailbox = Mailbox.Empty;
        while (mailbox.With(new string('x', 10_000), Walk.Start, policy) is { } more)
        {
            mailbox = more;
        }

        Assert.InRange(mailbox.Kept.Sum(message => message.Bytes), Policy.MostBufferedBytes - 11_000, Policy.MostBufferedBytes);
    }

    [Fact]
    public void With_WhenSomeOfItWasSent_PushesOutTheOldestOfThat()
    {
        var mailbox = (Of("1", "2", "3") with { SentUpTo = 2 }).With("4", Walk.Start, three)!;
        Assert.Equal([2, 3, 4], mailbox.Kept.Select(message => message.Seq));
    }

    [Fact]
    public void Trimmed_AfterAMinute_ForgetsWhatWasSentAndKeepsWhatWaits()
    {
        var mailbox = Of("1", "2", "3") with { SentUpTo = 2 };
        Assert.Equal(3, mailbox.Trimmed(Walk.Start + Mailbox.SentKept - TimeSpan.FromTicks(1)).Kept.Length);
        Assert.Equal([3], mailbox.Trimmed(Walk.Start + Mailbox.SentKept).Kept.Select(message => message.Seq));
    }

    [Fact]
    public void ResumedAfter_CountsWhatIsNoLongerThere()
    {
        var mailbox = Of("1", "2", "3").AllSent();
        Assert.Equal((1, 0), Plain(mailbox.ResumedAfter(1)));
        Assert.Equal((3, 0), Plain(mailbox.ResumedAfter(null)));
        Assert.Equal((0, 3), Plain(mailbox.Trimmed(Walk.Start.AddHours(1)).ResumedAfter(0)));
        static (long, int) Plain(Mailbox resumed) => (resumed.SentUpTo, resumed.Missed);
    }

    // An app that knew number 50 would have dropped everything up to 50 of a mailbox that had been lost and began at 1 again.
    [Fact]
    public void ResumedAfter_ANumberThatWasNeverGiven_GoesOnBehindIt() =>
        Assert.Equal(51, Of("1").ResumedAfter(50).With("x", Walk.Start, Policy.Default)!.LastSeq);

    [Fact]
    public void Cleared_CountsWhatWasNeverSent()
    {
        var cleared = (Of("1", "2", "3") with { SentUpTo = 1, Missed = 4 }).Cleared();
        Assert.Equal((6, 3, 0), (cleared.Missed, cleared.SentUpTo, cleared.Kept.Length));
    }

    [Fact]
    public void Answering_RemembersTheLastOnesOnly()
    {
        var mailbox = Enumerable.Range(0, 100).Aggregate(Mailbox.Empty, (m, n) => m.Answering(new MessageReceipt($"m{n}", Walk.Start, MessageOutcome.Sent, n, AppState.Running)));
        Assert.Equal((Mailbox.RememberedReceipts, true, false), (mailbox.Receipts.Length, mailbox.ReceiptOf("m99") is not null, mailbox.ReceiptOf("m35") is not null));
    }
}
