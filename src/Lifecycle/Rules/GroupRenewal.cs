namespace Lifecycle;

/// <summary>A step of a renewal of group memberships that is due.</summary>
/// <param name="JoinedAt">When the oldest membership was joined; null when that is not known.</param>
/// <param name="Joins">How many memberships the step joins: so many calls of the SignalR service.</param>
public sealed record GroupRenewal(DateTimeOffset? JoinedAt, int Joins)
{
    /// <summary>Whether it has waited for so long that soon memberships end: a quarter of their ttl is left.</summary>
    public bool IsPressing(DateTimeOffset now) => JoinedAt + (Memberships.Ttl * 0.75) <= now;

    /// <summary>
    /// Which of those that are due one sweep takes, with one that is too large for what is left: those first of which least is known, then the
    /// oldest.
    /// </summary>
    /// <param name="due">What is due.</param>
    /// <param name="joins">How many memberships may be joined.</param>
    public static IReadOnlyList<(AppSessionId Id, GroupRenewal Renewal)> Within(IEnumerable<(AppSessionId Id, GroupRenewal Renewal)> due, int joins)
    {
        var taken = new List<(AppSessionId, GroupRenewal)>();
        foreach (var next in due.OrderBy(d => d.Renewal.JoinedAt).TakeWhile(_ => joins > 0))
        {
            joins -= next.Renewal.Joins;
            taken.Add(next);
        }

        return taken;
    }
}
