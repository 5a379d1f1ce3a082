using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Lifecycle;

/// <summary>Decisions that are no longer the newest: Brotli (RFC 7932), as Base64.</summary>
static class HistoryBlock
{
    // A block is a few kilobytes of much the same: more effort and a larger window gain next to nothing.
    const int Effort = 5;
    const int Window = 14;

    /// <summary>The largest text that can be unpacked, in bytes.</summary>
    public const int Largest = 64 * 1024;

    /// <summary>Packs a text.</summary>
    public static string Pack(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        return BrotliEncoder.TryCompress(bytes, packed, out var written, Effort, Window)
            ? Convert.ToBase64String(packed.AsSpan(0, written))
            : throw new InvalidOperationException($"A block of {bytes.Length} bytes could not be compressed.");
    }

    /// <summary>Unpacks it.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static string Unpack(string block)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Largest);
        try
        {
            return BrotliDecoder.TryDecompress(Convert.FromBase64String(block), bytes, out var written)
                ? Encoding.UTF8.GetString(bytes, 0, written)
                : throw new FormatException("A block of the history is malformed.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
