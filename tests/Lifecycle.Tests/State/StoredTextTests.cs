using System.Text;
using System.Text.Json;
using FsCheck.Xunit;

namespace Lifecycle.Tests.State;

public sealed class StoredTextTests
{
    const string Hard = "{\"a\":\"\\\"é\\\\ \u0001\n\r\t 世 😀 \u2028 <>&+'\"}";

    static KeptMessage Kept(string body) => new(long.MaxValue, DateTimeOffset.MaxValue, body);

    static KeptMessage? Read(string stored) => JsonSerializer.Deserialize<KeptMessage>(stored, JsonSerializerOptions.Web);

    [Property(MaxTest = 2000)]
    public void Bytes_OfAnyText_AreThoseThatItTakes(string? text)
    {
        var body = (text ?? "").Replace("\ud800", "");
        var stored = JsonSerializer.Serialize(Kept(body), JsonSerializerOptions.Web);
        var beside = stored.Length - stored[stored.IndexOf("\"body\":", StringComparison.Ordinal)..^1].Length + "\"body\":".Length;
        Assert.Equal(StoredText.BytesOf(body), Encoding.UTF8.GetByteCount(stored) - beside);
        Assert.True(Encoding.UTF8.GetByteCount(stored) + 1 <= Kept(body).Bytes); // and a comma
    }

    [Fact]
    public void StoredForm_ThereAndBack_IsTheSame()
    {
        Assert.Equal(Kept(Hard), Read(JsonSerializer.Serialize(Kept(Hard), JsonSerializerOptions.Web)));
        var posted = new MessagePosted("m1", Hard, true);
        Assert.Equal(posted, JsonSerializer.Deserialize<MessagePosted>(JsonSerializer.Serialize(posted)));
    }

    // Instances of two versions work on the same state while one takes over from the other.
    [Fact]
    public void StoredForm_OfAndForAnOlderVersion_IsRead()
    {
        var old = JsonSerializer.Serialize(new { Seq = 7, At = Walk.Start, Body = Hard });
        Assert.Contains("\\u0022", old);
        Assert.Equal(new KeptMessage(7, Walk.Start, Hard), Read(old));
        Assert.Equal(Hard, JsonSerializer.Deserialize<OldMessage>(JsonSerializer.Serialize(Kept(Hard)))!.Body);
    }

    [Theory]
    [InlineData("\"\",", 400)] // quotes
    [InlineData("é世😀", 100)]
    [InlineData("\\", 600)]
    [InlineData("1", 1)] // many small ones
    public void State_WithAFullBuffer_IsBelowWhatBackendsTake(string part, int times)
    {
        var body = string.Concat(Enumerable.Repeat(part, times));
        const int BlobsFrom = 45 * 1024; // Azure Storage
        const int Most = 1024 * 1024; // Durable Task Scheduler
        Assert.InRange(SizeOf(Full(Walk.InGrace(), body, Policy.Default, id: new string('a', 24))), 1, BlobsFrom);

        var names = Enumerable.Range(0, Identifiers.MaxStreams).Select(n => $"{n:0000}".PadRight(Identifiers.MaxLength, '+'));
        var largest = Walk.InGrace() with
        {
            Subscriptions = SubscriptionSet.Empty.ReplacedBy(names),
            Groups = Memberships.Unknown.Doubted(names.Select(name => name[1..] + '@')),
        };
        var policy = Policy.Default with { BufferedBytes = Policy.MostBufferedBytes, BufferedMessages = 10_000 };
        Assert.Empty(policy.Validate());
        Assert.InRange(SizeOf(Full(largest, body, policy, id: new string('+', Identifiers.MaxLength))), Policy.MostBufferedBytes, Most);
    }

    static AppSession Full(AppSession session, string body, Policy policy, string id)
    {
        var mailbox = session.Mailbox;
        for (var next = mailbox; next is not null; next = mailbox.With(body, Walk.Start, policy))
        {
            mailbox = next;
        }

        for (var n = 0; n < Mailbox.RememberedReceipts; n++)
        {
            mailbox = mailbox.Answering(new MessageReceipt(id, Walk.Start, MessageOutcome.Buffered, n, AppState.GracePeriod));
        }

        return session with { Mailbox = mailbox };
    }

    static int SizeOf(AppSession session) => JsonSerializer.SerializeToUtf8Bytes(session, JsonSerializerOptions.Web).Length;

    sealed record OldMessage(long Seq, DateTimeOffset At, string Body);
}
