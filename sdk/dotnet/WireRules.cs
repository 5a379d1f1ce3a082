namespace Lifecycle.Sdk;

/// <summary>The names and limits of docs/wire.md that both directions share.</summary>
static class WireRules
{
    public const int MaxIdLength = 128;
    public const int MaxStreams = 1000;
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(6);
    public static readonly TimeSpan MinGrace = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxGrace = TimeSpan.FromMinutes(2);

    /// <summary>Whether the text is a session id, package name or instance id.</summary>
    public static bool IsId(string? text) => IsMadeOf(text, extra: "");

    /// <summary>Whether the text is a stream name.</summary>
    public static bool IsStream(string? text) => IsMadeOf(text, extra: "/:");

    public static void RequireId(string? text, string parameter)
    {
        if (!IsId(text))
            throw new ArgumentException($"{parameter} must be 1 to {MaxIdLength} characters of A-Z a-z 0-9 . _ - @ +", parameter);
    }

    static bool IsMadeOf(string? text, string extra)
    {
        if (text is null or { Length: 0 or > MaxIdLength }) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"._-@+".Contains(c) && !extra.Contains(c)) return false;
        }
        return true;
    }
}
