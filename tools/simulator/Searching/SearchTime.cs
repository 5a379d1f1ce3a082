namespace Lifecycle.Simulator.Searching;

/// <summary>
/// The search's clock. It stands still, and when time passes everything that was remembered moves into the past: two states with the same distances are one. What
/// lies so far back that no rule can tell it from what lies further back is kept at that distance.
/// </summary>
static class SearchTime
{
    /// <summary>The time of every decision.</summary>
    public static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Beyond the longest time after which something counts as lost (<see cref="Rules.RunLost"/>).</summary>
    public static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(20);

    /// <summary>Beyond <see cref="Rules.LeaveAlone"/>.</summary>
    public static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(11);

    /// <summary>When a connection was negotiated: only which of two was later counts, so these times stand still as well.</summary>
    public static DateTimeOffset NegotiatedAt(int connection) => Now.AddHours(-1).AddSeconds(connection);

    /// <summary>Rewrites what is remembered after some time has passed.</summary>
    public static Reshaper Passing(TimeSpan span) => new((name, time) => name switch
    {
        "NegotiatedAt" or "NewestNegotiatedAt" => time,
        "Since" or "AttachedAt" => Floored(time, span, LeftAlone),
        _ => Floored(time, span, LongAgo),
    }, null);

    static DateTimeOffset Floored(DateTimeOffset time, TimeSpan span, TimeSpan most) => time - Now < span - most ? Now - most : time - span;
}
