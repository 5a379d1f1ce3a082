using System.Collections.Immutable;

namespace Lifecycle.Entities;

/// <summary>What an instrument counts or measures.</summary>
public enum InstrumentKind
{
    /// <summary>Only grows.</summary>
    Counter = 1,

    /// <summary>Durations, in seconds.</summary>
    Histogram = 2,

    /// <summary>How many there are now, as of the last sweep.</summary>
    Gauge = 3,
}

/// <summary>One instrument of the meter, as dashboards, alerts and tests know it.</summary>
/// <param name="Name">Its name, dotted.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Unit">Its unit, by UCUM: <c>s</c>, or what is counted in braces.</param>
/// <param name="Description">What it says, in a sentence.</param>
/// <param name="Tags">Its tags; each takes a value from a closed set, so that no crowd of sessions or apps makes a crowd of series.</param>
public sealed record InstrumentInfo(string Name, InstrumentKind Kind, string Unit, string Description, params ImmutableArray<TagInfo> Tags);

/// <summary>One tag of an instrument.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Every value that it takes, besides <see cref="Other"/>.</param>
public sealed record TagInfo(string Name, ImmutableArray<string> Values)
{
    /// <summary>Stands for a value that is not in the set.</summary>
    public const string Other = "other";

    /// <summary>The value if it is in the set, else <see cref="Other"/>.</summary>
    public string Bounded(string value) => Values.Contains(value) ? value : Other;
}
