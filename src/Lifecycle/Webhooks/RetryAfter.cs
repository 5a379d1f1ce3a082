using System.Globalization;

namespace Lifecycle;

/// <summary>
/// What an app asks for with <c>Retry-After</c>, and how much of it it gets. A typing error of its people (seconds for milliseconds, say) must not
/// keep its sessions dead, so nobody is left alone for longer than is good for them.
/// </summary>
public static class RetryAfter
{
    /// <summary>The longest wait that is understood: whatever is said beyond it, means it.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromDays(1);

    /// <summary>The longest time for which a run and its app's gate wait because the app asked for it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>The share of the time that is left to a run: so two more tries with the same wait fit in before its horizon.</summary>
    const int Shares = 3;

    // RFC 9110 section 5.6.7: the form that is sent today, and the two that are to be understood.
    static readonly string[] dates = ["ddd, d MMM yyyy H:m:s 'GMT'", "dddd, d-MMM-yy H:m:s 'GMT'", "ddd MMM d H:m:s yyyy"];

    /// <summary>Reads the header: seconds, of however many digits, or a date.</summary>
    /// <param name="header">The header's value as it came; null when there is none.</param>
    /// <param name="now">The time, UTC.</param>
    /// <returns>Above zero and at most <see cref="Most"/>; null for no wait, and for what is neither seconds nor a date.</returns>
    public static TimeSpan? Read(string? header, DateTimeOffset now)
    {
        var text = header?.Trim() ?? "";
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            return Understood(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : double.MaxValue);
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces;
        return DateTimeOffset.TryParseExact(text, dates, CultureInfo.InvariantCulture, Styles, out var date) ? Understood((date - now).TotalSeconds) : null;
    }

    /// <summary>How long the app is left alone.</summary>
    /// <param name="askedMs">What it asked for, in milliseconds; null for nothing.</param>
    /// <param name="left">What is left before somebody gives up.</param>
    /// <returns>In milliseconds, from 0 to <see cref="Longest"/> and to a third of what is left.</returns>
    public static double GrantedMs(double? askedMs, TimeSpan left) =>
        Math.Max(0, Math.Min(askedMs ?? 0, Math.Min(Longest.TotalMilliseconds, left.TotalMilliseconds / Shares)));

    /// <summary>The value as it can be reckoned with, whoever stored it: null, or from 0 to <see cref="Most"/> in milliseconds.</summary>
    internal static double? Clamped(double? milliseconds) => milliseconds is { } ms ? Math.Clamp(ms, 0, Most.TotalMilliseconds) : null;

    static TimeSpan? Understood(double seconds) =>
        seconds <= 0 ? null : seconds < Most.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Most;
}
