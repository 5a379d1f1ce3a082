using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace Lifecycle.Functions.Tokens;

/// <summary>One key that reconnect tokens are signed with.</summary>
/// <param name="Id">Names it in tokens; not secret.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Secret">The HMAC key.</param>
sealed record TokenKey(string Id, DateTimeOffset CreatedAt, byte[] Secret)
{
    const int SecretBytes = 32;
    const string Element = "tokenKey";

    public static TokenKey Make(DateTimeOffset now) =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)), now, RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The key in an element; null when it holds something else.</summary>
    public static TokenKey? Read(XElement element)
    {
        if (element.Name.LocalName != Element
            || (string?)element.Attribute("id") is not { Length: > 0 } id
            || !DateTimeOffset.TryParse((string?)element.Attribute("created"), CultureInfo.InvariantCulture, out var created))
        {
            return null;
        }

        var secret = new byte[SecretBytes];
        return Convert.TryFromBase64String(element.Value, secret, out var length) && length == SecretBytes ? new(id, created, secret) : null;
    }

    public XElement ToElement() => new(
        Element,
        new XAttribute("id", Id),
        new XAttribute("created", CreatedAt.ToString("O", CultureInfo.InvariantCulture)),
        Convert.ToBase64String(Secret));

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Id} of {CreatedAt:u}";
}
