namespace Lifecycle;

/// <summary>Validation of the names that clients and the platform choose (DESIGN section 5).</summary>
public static class Identifiers
{
    /// <summary>The longest session id, package name, instance id or stream name, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The most streams that one app session may subscribe to.</summary>
    public const int MaxStreams = 1000;

    /// <summary>What a valid identifier looks like, for error messages.</summary>
    public const string Rule = "1 to 128 characters of A-Z a-z 0-9 . _ - @ +";

    /// <summary>What a valid stream name looks like, for error messages.</summary>
    public const string StreamRule = "1 to 128 characters of A-Z a-z 0-9 . _ - @ + / :";

    /// <summary>Whether the text can be a session id, a package name or an instance id.</summary>
    public static bool IsValid(string? text) => IsMadeOf(text, static c => IsIdCharacter(c));

    /// <summary>Whether the text can name a stream; it becomes the SignalR group <c>{sessionId}/{stream}</c>.</summary>
    public static bool IsValidStream(string? text) => IsMadeOf(text, static c => IsIdCharacter(c) || c is '/' or ':');

    static bool IsMadeOf(string? text, Func<char, bool> allowed) =>
        text is { Length: >= 1 and <= MaxLength } && text.All(allowed);

    static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@' or '+';
}
