using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Lifecycle;

/// <summary>
/// Randomness and ids derived by hash, so that the replay of an orchestration, a retried operation and a test all agree.
/// </summary>
public static class StableHash
{
    /// <summary>A number in [0, 1) that depends on nothing but the parts.</summary>
    public static double Uniform(AppSessionId id, string run, int attempt) =>
        (Digest($"{id}|{run}|{attempt}") >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number that depends on nothing but the text; two texts have the same one about never.</summary>
    public static ulong Number(string text) => Digest(text);

    /// <summary>A name of 16 hexadecimal digits behind the prefix, that depends on nothing but the parts.</summary>
    public static string Name(string prefix, AppSessionId id, string part) => $"{prefix}{Digest($"{id}|{part}"):x16}";

    /// <summary>The same for any bytes.</summary>
    public static string Name(string prefix, ReadOnlySpan<byte> bytes) => $"{prefix}{Digest(bytes):x16}";

    static ulong Digest(string text) => Digest(Encoding.UTF8.GetBytes(text));

    static ulong Digest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
