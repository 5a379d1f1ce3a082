using System.Globalization;

namespace Lifecycle.Functions.Http;

/// <summary>Times as callers write them.</summary>
static class IsoTime
{
    /// <summary>What is said to whoever writes one otherwise.</summary>
    public const string Rule = "must be a time of ISO 8601, such as 2026-01-01T03:00:00Z";

    static readonly string[] forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    /// <summary>Reads a time; one without an offset is UTC. Null when it is none.</summary>
    public static DateTimeOffset? Read(string text) =>
        DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
