using System.Diagnostics.CodeAnalysis;

namespace Lifecycle.Doctor;

/// <summary>The names and numbers of docs/wire.md. Written here anew: whoever judges an SDK does not ask it what is right.</summary>
static class WireText
{
    public const string IdRule = "1 to 128 characters of A-Z a-z 0-9 . _ - @ +, and neither . nor ..";
    public const string ProblemPrefix = "urn:lifecycle:problem:";
    public const int Version = 2;
    public const int MaxVersion = 1_000;
    public const int MaxStreams = 1_000;
    public const int MaxFailed = 20;
    public const long MaxAttempt = 1_000_000;
    public const long MaxSeq = 1L << 52;

    /// <summary>The fields that a body of negotiate may have.</summary>
    public static readonly IReadOnlySet<string> NegotiateFields = new HashSet<string>(StringComparer.Ordinal)
    {
        "sessionId", "packageName", "instanceId", "reconnect", "reconnectToken", "lastSeq", "attempt", "connectRefused", "version", "takeOverToken",
    };

    public static bool IsId([NotNullWhen(true)] string? text) => IsMadeOf(text, "") && text is not ("." or "..");

    public static bool IsStream(string? text) => IsMadeOf(text, "/:") && !text!.Split('/').Any(part => part is "." or "..");

    static bool IsMadeOf([NotNullWhen(true)] string? text, string extra) =>
        text is { Length: > 0 and <= 128 } && text.All(c => char.IsAsciiLetterOrDigit(c) || "._-@+".Contains(c) || extra.Contains(c));
}
