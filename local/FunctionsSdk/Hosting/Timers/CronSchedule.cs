using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Timers;

/// <summary>A cron expression of five or six fields in UTC: [second] minute hour day month weekday.</summary>
sealed class CronSchedule : ITimerSchedule
{
    static readonly string[] s_months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    static readonly string[] s_days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    readonly ulong _seconds, _minutes, _hours, _days, _months, _weekdays;

    CronSchedule(ulong seconds, ulong minutes, ulong hours, ulong days, ulong months, ulong weekdays) =>
        (_seconds, _minutes, _hours, _days, _months, _weekdays) = (seconds, minutes, hours, days, months, weekdays);

    public static bool TryParse(string text, [NotNullWhen(true)] out CronSchedule? schedule)
    {
        schedule = null;
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 5)
            fields = ["0", .. fields];
        if (fields.Length != 6
            || !TryField(fields[0], 0, 59, [], out var seconds)
            || !TryField(fields[1], 0, 59, [], out var minutes)
            || !TryField(fields[2], 0, 23, [], out var hours)
            || !TryField(fields[3], 1, 31, [], out var days)
            || !TryField(fields[4], 1, 12, s_months, out var months)
            || !TryField(fields[5], 0, 7, s_days, out var weekdays))
            return false;
        // Sunday may be written 0 or 7.
        if ((weekdays & 1UL << 7) != 0)
            weekdays |= 1;
        schedule = new(seconds, minutes, hours, days, months, weekdays);
        return true;
    }

    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var at = new DateTime(after.UtcDateTime.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc).AddSeconds(1);
        // A day that exists at all, such as 29 February on a Sunday, comes within 28 years, or 40 around a century.
        for (var last = at.Year + 41; at.Year < last && at.Year < DateTime.MaxValue.Year;)
        {
            if (!Has(_months, at.Month))
                at = new DateTime(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);
            else if (!Has(_days, at.Day) || !Has(_weekdays, (int)at.DayOfWeek))
                at = at.Date.AddDays(1);
            else if (!Has(_hours, at.Hour))
                at = at.Date.AddHours(at.Hour + 1);
            else if (!Has(_minutes, at.Minute))
                at = at.Date.AddHours(at.Hour).AddMinutes(at.Minute + 1);
            else if (!Has(_seconds, at.Second))
                at = at.AddSeconds(1);
            else
                return new DateTimeOffset(at);
        }
        return null;
    }

    static bool Has(ulong set, int value) => (set & 1UL << value) != 0;

    // A list of: *, value, first-last, each with an optional /step.
    static bool TryField(string text, int min, int max, string[] names, out ulong set)
    {
        set = 0;
        foreach (var item in text.Split(','))
        {
            var slash = item.IndexOf('/');
            var range = slash < 0 ? item : item[..slash];
            var step = 1;
            if (slash >= 0 && (!int.TryParse(item.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1))
                return false;
            int first = min, last = max;
            if (range != "*")
            {
                var dash = range.IndexOf('-');
                if (!TryValue(dash < 0 ? range : range[..dash], min, max, names, out first))
                    return false;
                // "5/15" runs from 5 to the end, plain "5" is 5 alone.
                last = slash < 0 ? first : max;
                if (dash >= 0 && (!TryValue(range[(dash + 1)..], min, max, names, out last) || last < first))
                    return false;
            }
            for (var value = first; value <= last; value += step)
                set |= 1UL << value;
        }
        return true;
    }

    static bool TryValue(string text, int min, int max, string[] names, out int value)
    {
        var name = Array.FindIndex(names, n => text.Length >= 3 && text.StartsWith(n, StringComparison.OrdinalIgnoreCase));
        if (name >= 0)
        {
            // Month names begin at 1, day names at 0, as their numbers do.
            value = name + min;
            return true;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;
    }
}
