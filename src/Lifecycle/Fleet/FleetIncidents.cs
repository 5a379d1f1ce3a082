using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>The open incidents of the fleet.</summary>
/// <param name="Named">The newest of them, the newest first; at most <see cref="MostNamed"/>.</param>
/// <param name="More">How many more there are.</param>
public sealed record FleetIncidents(ImmutableArray<FleetIncident> Named, int More)
{
    /// <summary>How many are named: what is stored of the fleet must stay small.</summary>
    public const int MostNamed = 12;

    /// <summary>Those that are open.</summary>
    public static FleetIncidents Of(IReadOnlyCollection<FleetIncident> open)
    {
        ImmutableArray<FleetIncident> named =
            [.. open.OrderByDescending(one => one.Incident.OpenedAt).ThenBy(one => one.PackageName, StringComparer.Ordinal).Take(MostNamed)];
        return new FleetIncidents(named, open.Count - named.Length);
    }
}

/// <summary>An open incident of one app.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="Incident">Its incident.</param>
public sealed record FleetIncident(string PackageName, Incident Incident);
