using System.Security.Cryptography;
using System.Text;

namespace Lifecycle.Entities;

/// <summary>An API key as it is stored: whoever reads it cannot show it. Keys are long and random, so a slow hash would only slow attaches.</summary>
/// <param name="Salt">Base64 of the salt.</param>
/// <param name="Hash">Base64 of SHA-256 over salt and key.</param>
public sealed record HashedKey(string Salt, string Hash)
{
    const int SaltBytes = 16;

    /// <summary>The stored form of a key, with a salt of its own.</summary>
    public static HashedKey Of(string key)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new(Convert.ToBase64String(salt), Convert.ToBase64String(HashOf(salt, key)));
    }

    /// <summary>Whether this is the key; takes the same time for every wrong key of one length.</summary>
    public bool Is(string key) =>
        CryptographicOperations.FixedTimeEquals(HashOf(Convert.FromBase64String(Salt), key), Convert.FromBase64String(Hash));

    static byte[] HashOf(byte[] salt, string key) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(key)]);
}
