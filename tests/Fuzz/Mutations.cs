using System.Text;

namespace Lifecycle.Fuzzing;

/// <summary>Damages what was good, as lines, disks and strangers do.</summary>
static class Mutations
{
    // A byte order mark, NUL, a lone surrogate and an overlong slash as bytes, a cut character, what ends a hub record, whitespace, padding.
    static readonly byte[][] pieces =
    [
        [0xEF, 0xBB, 0xBF], [0x00], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xC3], [0xFF], [0x1E], [.. "\r\n"u8], [.. " "u8], [.. "="u8], [.. "\\ud83d"u8], [.. "\""u8],
    ];

    /// <summary>The bytes with one to three changes.</summary>
    public static byte[] Damaged(Random random, byte[] good)
    {
        var bytes = good;
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            bytes = Once(random, bytes);
        }

        return bytes;
    }

    /// <summary>The text with one to three changes; it may be no good UTF-16.</summary>
    public static string Damaged(Random random, string good) => random.Next(8) == 0
        ? good.Insert(random.Next(good.Length + 1), random.Next(2) == 0 ? "\ud83d" : "\u212a") // half of a pair; a letter that is a K to whoever folds case
        : Encoding.UTF8.GetString(Damaged(random, Encoding.UTF8.GetBytes(good)));

    static byte[] Once(Random random, byte[] bytes)
    {
        var (at, to) = (random.Next(bytes.Length + 1), random.Next(bytes.Length + 1));
        (at, to) = (Math.Min(at, to), Math.Max(at, to));
        return random.Next(6) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. bytes[to..]],
            2 => [.. bytes[..to], .. bytes[at..]],
            3 => [.. bytes[..at], .. pieces[random.Next(pieces.Length)], .. bytes[at..]],
            _ => Flipped(random, bytes),
        };
    }

    static byte[] Flipped(Random random, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        byte[] flipped = [.. bytes];
        flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }
}
