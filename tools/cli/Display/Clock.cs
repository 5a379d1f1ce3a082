using System.Globalization;

namespace Lifecycle.Cli.Display;

/// <summary>How moments are shown and read: in the zone of whoever looks, or in UTC.</summary>
sealed class Clock(TimeProvider time, bool utc)
{
    readonly TimeZoneInfo zone = utc ? TimeZoneInfo.Utc : time.LocalTimeZone;

    /// <summary>What the zone is called above a column.</summary>
    public string Zone
    {
        get
        {
            var offset = zone.GetUtcOffset(time.GetUtcNow());
            return offset == TimeSpan.Zero ? "UTC" : string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");
        }
    }

    /// <summary>A moment to the second.</summary>
    public string Text(DateTimeOffset moment) => Format(moment, "yyyy-MM-dd HH:mm:ss");

    /// <inheritdoc cref="Text(DateTimeOffset)"/>
    public string Text(DateTimeOffset? moment) => moment is { } known ? Text(known) : "";

    /// <summary>A moment to the millisecond.</summary>
    public string Exact(DateTimeOffset moment) => Format(moment, "yyyy-MM-dd HH:mm:ss.fff");

    /// <summary>How long ago, or in how long, roughly.</summary>
    public string Ago(DateTimeOffset moment)
    {
        var past = time.GetUtcNow() - moment;
        return past < TimeSpan.Zero ? $"in {Rough(-past)}" : $"{Rough(past)} ago";
    }

    /// <summary>A moment that somebody typed: ISO 8601, or a time of today; in this zone unless it names another one.</summary>
    /// <exception cref="CliException">It is neither.</exception>
    public DateTimeOffset Read(string option, string text)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            throw CliException.BadUsage($"{option} must be a moment such as 2026-01-01T03:00:00Z, or a time of today such as 03:00:00; without a zone it is in {Zone}.");
        if (IsZoned(text)) return moment.ToUniversalTime();
        var wall = DateTime.Parse(text, CultureInfo.InvariantCulture);
        if (!text.Contains('-') && !text.Contains('/')) wall = TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).Date + wall.TimeOfDay;
        return new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUniversalTime();
    }

    /// <summary>A moment as the API takes it.</summary>
    public static string Wire(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    string Format(DateTimeOffset moment, string format) => TimeZoneInfo.ConvertTime(moment, zone).ToString(format, CultureInfo.InvariantCulture);

    static bool IsZoned(string text)
    {
        var time = text[(text.IndexOf(':') + 1)..];
        return text.Contains(':') && (time.EndsWith('Z') || time.EndsWith('z') || time.Contains('+') || time.Contains('-'));
    }

    static string Rough(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        { TotalSeconds: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
        { TotalMinutes: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days"),
    };
}
