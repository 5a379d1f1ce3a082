using System.Buffers;

namespace Lifecycle.SignalREmulator.Tests.Protocol;

/// <summary>Frames of the MessagePack protocol that are none, as fuzzing found them.</summary>
public sealed class MessagePackMessageReaderTests
{
    static readonly byte[] deepArguments = [0x96, 0x01, 0x80, 0xA1, (byte)'1', 0xA4, .. "echo"u8, .. Enumerable.Repeat((byte)0x91, 100_000), 0xC0, 0x90];

    public static TheoryData<string, byte[]> Frames => new()
    {
        // The socket closed without a word, and the app never heard of it: it held the session for attached.
        { "a type beyond 32 bits", [0x0A, 0x91, 0xCF, .. Enumerable.Repeat((byte)0xFF, 8)] },
        { "an extension of a length beyond 31 bits", [0x0A, 0x95, 0x01, 0xC9, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0xC0, 0xC0] },
        // The process ended: nobody can catch the end of the stack.
        { "arguments as deep as there is room for", Framed(deepArguments) },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void TryRead_OfAFrameThatIsNone_SaysSo(string what, byte[] frame)
    {
        var buffer = new ReadOnlySequence<byte>(frame);
        var failure = Record.Exception(() => MessagePackMessageReader.TryRead(ref buffer, out _));
        Assert.True(failure is InvalidDataException, $"{what}: {failure}");
    }

    // It was sliced beyond its end instead: 2^31 - 1 and the five bytes of the prefix are a negative number.
    [Fact]
    public void TryRead_OfTheLongestPrefix_WaitsForMore()
    {
        var buffer = new ReadOnlySequence<byte>([0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x91, 0x06]);
        Assert.False(MessagePackMessageReader.TryRead(ref buffer, out _));
    }

    // The address that the service posts to takes the same bodies from whoever has the access key.
    [Fact]
    public void Read_OfAnUpstreamBodyAsDeepAsThereIsRoomFor_SaysThatItIsNone() =>
        Assert.Throws<InvalidDataException>(() => UpstreamMessage.Read(UpstreamMessage.MessagePackType, deepArguments));

    static byte[] Framed(byte[] body)
    {
        var prefix = new byte[VarInt.Size(body.Length)];
        VarInt.Write(prefix, body.Length);
        return [.. prefix, .. body];
    }
}
