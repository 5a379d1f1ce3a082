using System.Diagnostics.CodeAnalysis;

namespace Lifecycle;

/// <summary>Validation of the names that clients and the platform choose (DESIGN section 5).</summary>
public static class Identifiers
{
    /// <summary>The longest session id, package name, instance id or stream name, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The most streams that one app session may subscribe to.</summary>
    public const int MaxStreams = 1000;

    /// <summary>What a valid identifier looks like, for error messages.</summary>
    public const string Rule = "1 to 128 characters of A-Z a-z 0-9 . _ - @ +, and neither . nor ..";

    /// <summary>What a valid stream name looks like, for error messages.</summary>
    public const string StreamRule = "1 to 128 characters of A-Z a-z 0-9 . _ - @ + / :, with no part between slashes that is . or ..";

    /// <summary>Whether the text can be a session id, a package name or an instance id.</summary>
    public static bool IsValid(string? text) => IsStored(text) && !IsDots(text);

    /// <summary>
    /// Whether the text can be an identifier in a stored key. Versions before took <c>.</c> and <c>..</c>, which in an address mean another one:
    /// what they stored must be found, and come to its end.
    /// </summary>
    internal static bool IsStored([NotNullWhen(true)] string? text) => IsMadeOf(text, static c => IsIdCharacter(c));

    /// <summary>Whether the text can name a stream; it becomes the SignalR group <c>{sessionId}/{stream}</c>.</summary>
    public static bool IsValidStream(string? text) =>
        IsMadeOf(text, static c => IsIdCharacter(c) || c is '/' or ':') && !text.Split('/').Any(IsDots);

    static bool IsDots(string part) => part is "." or "..";

    static bool IsMadeOf([NotNullWhen(true)] string? text, Func<char, bool> allowed) =>
        text is { Length: >= 1 and <= MaxLength } && text.All(allowed);

    static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@' or '+';
}
