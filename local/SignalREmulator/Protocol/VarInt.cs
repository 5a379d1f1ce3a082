using System.Buffers;

namespace Lifecycle.Local.SignalR;

/// <summary>The length prefix of the MessagePack hub protocol: seven bits a byte, least significant first, five bytes at most.</summary>
static class VarInt
{
    public static int Size(int value)
    {
        var size = 1;
        for (; value > 0x7f; value >>= 7)
        {
            size++;
        }
        return size;
    }

    public static int Write(Span<byte> to, int value)
    {
        var at = 0;
        for (; value > 0x7f; value >>= 7)
        {
            to[at++] = (byte)(value | 0x80);
        }
        to[at++] = (byte)value;
        return at;
    }

    /// <summary>Reads a length. False when more bytes are needed.</summary>
    /// <exception cref="InvalidDataException">The length does not fit in 31 bits.</exception>
    public static bool TryRead(ReadOnlySequence<byte> from, out int value, out int size)
    {
        Span<byte> bytes = stackalloc byte[(int)Math.Min(5, from.Length)];
        from.Slice(0, bytes.Length).CopyTo(bytes);
        long total = 0;
        for (size = 0; size < bytes.Length;)
        {
            var b = bytes[size];
            total |= (long)(b & 0x7f) << (7 * size);
            size++;
            if ((b & 0x80) == 0)
            {
                value = total <= int.MaxValue ? (int)total : throw new InvalidDataException("The message is too long.");
                return true;
            }
        }
        value = 0;
        return size < 5 ? false : throw new InvalidDataException("The message length is malformed.");
    }
}
