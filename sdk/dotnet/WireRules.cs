using System.Diagnostics.CodeAnalysis;

namespace Lifecycle.Sdk;

/// <summary>The names and limits of docs/wire.md that both directions share.</summary>
static class WireRules
{
    public const int MaxIdLength = 128;
    public const string IdRule = "1 to 128 characters of A-Z a-z 0-9 . _ - @ +, and neither . nor ..";
    public const int MaxStreams = 1000;
    public const long MaxSeq = 1L << 52;

    /// <summary>The version of the wire that this client speaks.</summary>
    public const int Version = 2;

    /// <summary>From this version on Lifecycle hears <c>done</c> and <c>handOver</c>.</summary>
    public const int HearsDone = 2;

    public const int MaxTokenLength = 2048;
    public const string TokenRule = "1 to 2048 visible ASCII characters";
    public const string ProblemPrefix = "urn:lifecycle:problem:";
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(6);
    public static readonly TimeSpan MinGrace = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxGrace = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan MaxHandOver = TimeSpan.FromMinutes(5);

    /// <summary>Whether the text is a session id, package name or instance id.</summary>
    public static bool IsId(string? text) => IsMadeOf(text, extra: "") && !IsDots(text);

    /// <summary>Whether the text is a stream name.</summary>
    public static bool IsStream(string? text) => IsMadeOf(text, extra: "/:") && !text.Split('/').Any(IsDots);

    public static void RequireId(string? text, string parameter)
    {
        if (!IsId(text))
            throw new ArgumentException($"{parameter} must be {IdRule}", parameter);
    }

    /// <summary>Whether the text can be a take-over token: it goes into a header.</summary>
    public static bool IsToken(string? text) => text is { Length: > 0 and <= MaxTokenLength } && !text.Any(c => c is <= ' ' or > '~');

    /// <summary>Whether the address can be the base address of a Lifecycle.</summary>
    public static bool IsBaseAddress([NotNullWhen(true)] Uri? address) =>
        address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };

    /// <summary>Where the Lifecycle of that base address is asked for a connection; a path prefix is kept.</summary>
    public static Uri NegotiateUrl(Uri baseAddress) => new(baseAddress.AbsoluteUri.TrimEnd('/') + "/api/negotiate");

    /// <summary>Where it is asked for a connection over which webhooks come.</summary>
    public static Uri NegotiateRelayUrl(Uri baseAddress) => new(baseAddress.AbsoluteUri.TrimEnd('/') + "/api/relay/negotiate");

    /// <summary>The text, cut to a length and not within a character.</summary>
    public static string Clip(string text, int length) =>
        text.Length > length ? text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] : text;

    public static void RequireSeq(long? seq, string parameter)
    {
        if (seq is < 0 or > MaxSeq)
            throw new ArgumentOutOfRangeException(parameter, seq, $"{parameter} must be a whole number from 0 to {MaxSeq}");
    }

    /// <summary>The streams without doubles.</summary>
    /// <exception cref="ArgumentException">Too many, or a name that is not one.</exception>
    public static string[] RequireStreams(IEnumerable<string> streams, string parameter)
    {
        ArgumentNullException.ThrowIfNull(streams, parameter);
        var set = streams.Distinct(StringComparer.Ordinal).Take(MaxStreams + 1).ToArray();
        if (set.Length > MaxStreams) throw new ArgumentException($"At most {MaxStreams} streams", parameter);
        if (Array.FindIndex(set, stream => !IsStream(stream)) is >= 0 and var bad)
            throw new ArgumentException($"'{set[bad]}' is not a stream name: 1 to {MaxIdLength} characters of A-Z a-z 0-9 . _ - @ + / :, with no part between slashes that is . or ..", parameter);
        return set;
    }

    // In an address they mean another one.
    static bool IsDots(string part) => part is "." or "..";

    static bool IsMadeOf([NotNullWhen(true)] string? text, string extra)
    {
        if (text is null or { Length: 0 or > MaxIdLength }) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"._-@+".Contains(c) && !extra.Contains(c)) return false;
        }
        return true;
    }
}
